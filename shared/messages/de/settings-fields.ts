import { costFields } from './settings-cost-fields.ts';
import { desktopFields } from './settings-desktop-fields.ts';

/** The words of each setting: what it is called, and the consequence of changing it. */
export const fields = {
  upstreams: {
    each: {
      name: { label: 'Name', hint: 'Überall gezeigt und mit jeder Anfrage gespeichert.' },
      url: {
        label: 'Adresse des Servers',
        hint: 'Ein Pfad darin steht vor dem Pfad jeder Anfrage.',
      },
      port: {
        label: 'Port des Proxys',
        hint: 'Programme nutzen diesen Port dieses Rechners. Leer: der erste freie.',
      },
      apiKey: {
        label: 'API-Schlüssel',
        hint: 'Für Anfragen von Tokwatt selbst, etwa die Liste der Modelle. Liegt im Geheimnisspeicher und wird nie wieder gezeigt.',
      },
      exactUsage: {
        label: 'Genaue Nutzung',
        hint: 'Fragt Streams nach Art von OpenAI nach ihren Token-Zahlen und verbirgt diese vor dem Programm.',
      },
      injectKey: {
        label: 'Anfragen ohne Schlüssel den Schlüssel beifügen',
        hint: 'Wer den Proxy erreicht, kann dann den Schlüssel nutzen.',
      },
    },
  },
  proxyPort: {
    label: 'Erster Port der Proxys',
    hint: 'Server ohne eigenen Port bekommen einen ab hier aufwärts. Programme müssen die neue Adresse nutzen.',
  },
  libraryUrl: {
    label: 'Bibliothek der Modelle',
    hint: 'Wird nur bei einer Suche nach Modellen zum Herunterladen gefragt.',
  },
  ...desktopFields,
  captures: {
    enabled: {
      label: 'Anfragen und Antworten behalten',
      hint: 'Prompts und Antworten liegen dann auf diesem Rechner, so lange wie unter „Aufbewahrung“ eingestellt.',
    },
    requestHeaders: { label: 'Header der Anfragen' },
    requestBody: { label: 'Bodys der Anfragen', hint: 'Die Prompts.' },
    responseHeaders: { label: 'Header der Antworten' },
    responseBody: { label: 'Bodys der Antworten', hint: 'Die Texte der Modelle.' },
    maxBodyBytes: {
      label: 'Längster behaltener Teil eines Bodys',
      hint: 'Der Rest wird abgeschnitten, und der Mitschnitt wird markiert.',
    },
    redactHeaders: {
      label: 'Weitere Header verbergen',
      hint: 'Authorization, Cookies, API-Schlüssel und Header, die auf token oder secret enden, sind immer verborgen.',
    },
    redactFields: {
      label: 'Weitere Felder verbergen',
      hint: 'Felder von JSON und Formularen und Parameter von URLs. Namen wie password sind immer verborgen.',
    },
  },
  retention: {
    activityDays: {
      label: 'Anfragen',
      hint: 'Ältere Zeilen werden gelöscht; Summen und Diagramme bleiben.',
    },
    maxBytes: {
      label: 'Höchste Größe der Datenbank',
      hint: 'Darüber werden die ältesten Anfragen gelöscht.',
    },
    seriesDays: { label: 'Diagramme', hint: 'Ältere Punkte werden gelöscht.' },
    rollupDays: {
      label: 'Tagessummen',
      hint: 'Ältere Summen werden gelöscht; die Gesamtsummen bleiben.',
    },
    gpuDays: { label: 'GPU-Messwerte', hint: 'Ältere Messwerte werden gelöscht.' },
    captureDays: { label: 'Mitschnitte', hint: '0 behält keine.' },
    captureMaxBytes: {
      label: 'Höchste Größe aller Mitschnitte',
      hint: 'Darüber werden die ältesten Mitschnitte gelöscht.',
    },
  },
  clients: {
    processes: {
      label: 'Herausfinden, welches Programm eine Anfrage gesendet hat',
      hint: 'Nur für Programme auf diesem Rechner. Gespeichert werden ihre Namen oder die ihrer Skripte, niemals ihre Argumente.',
    },
  },
  ...costFields,
  gpuIntervalMs: {
    label: 'Zeit zwischen GPU-Messungen',
    hint: 'Während Anfragen laufen, wird öfter gemessen, in Ruhe seltener.',
  },
  hardware: {
    wallMeter: {
      kind: { label: 'Art' },
      name: { label: 'Name' },
      address: { label: 'Adresse', hint: 'Im lokalen Netz, etwa 192.168.1.20.' },
      index: { label: 'Kanal', hint: 'Ab 0. Leer: die Summe aller.' },
      entity: {
        label: 'Sensor der Leistung',
        hint: 'Etwa sensor.plug_power; bei einer USV ihr Name.',
      },
      energyEntity: { label: 'Sensor der Energie', hint: 'Falls es einen gibt.' },
      path: { label: 'Wo in der Antwort die Leistung steht', hint: 'Etwa data.power.' },
      unit: { label: 'Einheit der Leistung' },
      intervalMs: { label: 'Zeit zwischen Messungen' },
      token: {
        label: 'Zugangstoken',
        hint: 'Liegt im Geheimnisspeicher, nur für diese Adresse; wird nie wieder gezeigt.',
      },
    },
  },
  estimates: {
    bytesPerInputToken: {
      label: 'Bytes einer Anfrage je Eingabe-Token',
      hint: 'Schätzt die Eingabe, wo der Server keine nennt und noch nichts gelernt wurde.',
    },
    tokensPerOutputChunk: {
      label: 'Tokens in einem Chunk eines Streams',
      hint: 'Schätzt die Ausgabe abgebrochener Streams.',
    },
  },
  alerts: {
    notify: {
      label: 'Warnungen auf dem Desktop zeigen',
      hint: 'Jede einmal am Anfang und einmal am Ende. Sonst sind sie nur im Infobereich und im Fenster zu sehen.',
    },
    webhook: {
      url: {
        label: 'Adresse',
        hint: 'Erhält jede Änderung einer Warnung. Wird nie wieder gezeigt.',
      },
      headers: { label: 'Header', hint: 'Jedes Mal mitgesendet; nie wieder gezeigt.' },
    },
  },
  sinks: {
    postgres: {
      host: { label: 'Host' },
      port: { label: 'Port' },
      database: { label: 'Datenbank' },
      schema: { label: 'Schema', hint: 'Darin werden Tabellen angelegt.' },
      username: { label: 'Benutzer' },
      password: {
        label: 'Passwort',
        hint: 'Leer: TOKWATT_POSTGRES_PASSWORD. Wird nie wieder gezeigt.',
      },
      tls: { label: 'Verschlüsseln', hint: 'Prüft auch das Zertifikat des Servers.' },
    },
    clickhouse: {
      url: { label: 'Adresse', hint: 'Die HTTP-Adresse, etwa http://127.0.0.1:8123.' },
      database: { label: 'Datenbank' },
      username: { label: 'Benutzer' },
      password: {
        label: 'Passwort',
        hint: 'Leer: TOKWATT_CLICKHOUSE_PASSWORD. Wird nie wieder gezeigt.',
      },
    },
  },
  otlp: {
    url: {
      label: 'Adresse des Collectors',
      hint: 'Etwa http://127.0.0.1:4318. Leer: nichts wird gesendet.',
    },
    headers: {
      label: 'Header für den Collector',
      hint: 'Etwa ein Schlüssel. Wird nie wieder gezeigt.',
    },
    intervalMs: { label: 'Senden alle' },
    spans: {
      label: 'Ein Span für jede Anfrage',
      hint: 'Er nennt Modelle und Programme und enthält keine Prompts.',
    },
  },
  reporter: {
    url: {
      label: 'Adresse',
      hint: 'Erhält die Nutzung jedes Zeitraums. Leer: nichts wird gesendet.',
    },
    headers: { label: 'Header für diese Adresse', hint: 'Werden nie wieder gezeigt.' },
    intervalMinutes: { label: 'Alle' },
  },
  apiPort: {
    label: 'Port der API und dieser Seite',
    hint: 'Programme und Lesezeichen müssen den neuen nutzen.',
  },
  bind: {
    label: 'Lauschen an',
    hint: '127.0.0.1 ist nur dieser Rechner; 0.0.0.0 ist jedes Netz. Zahlen gibt es dann nur mit dem Token.',
  },
  allowedHosts: {
    label: 'Weitere Namen dieses Rechners',
    hint: 'Namen im Host von Anfragen, etwa der eines Reverse-Proxys. Andere werden abgewiesen.',
  },
  allowedOrigins: {
    label: 'Webseiten, die den Proxy nutzen dürfen',
    hint: 'Etwa https://chat.example. Seiten dieses Rechners dürfen es ohnehin.',
  },
  trustedHops: {
    label: 'Andere Tokwatts vor diesem',
    hint: 'Ein frei gewählter Name und sein Schlüssel. Dort gezählte Anfragen werden nicht noch einmal gezählt.',
  },
  updates: {
    mode: { label: 'Neuere Versionen' },
    check: {
      label: 'Einmal am Tag nach einer neueren Version fragen',
      hint: 'Vor dem Einschalten wird niemand gefragt. Nichts wird installiert.',
    },
    url: { label: 'Adresse zum Fragen', hint: 'Leer: niemand wird gefragt.' },
  },
} as const;
