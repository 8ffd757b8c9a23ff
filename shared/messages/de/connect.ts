/** Texte des ersten Starts: Server wählen, Client verbinden, erste Anfrage. */
export const connect = {
  server: {
    title: 'Server wählen',
    intro: 'Tokwatt steht vor einem Modellserver und misst, was hindurchläuft.',
    found:
      '{count, plural, =0 {Auf diesem Rechner wurde noch nichts Neues gefunden.} one {Auf diesem Rechner gefunden:} other {Auf diesem Rechner gefunden:}}',
    use: 'Verwenden',
    useNamed: '{label} unter {url} verwenden',
    search: 'Erneut suchen',
    searching: 'Suche läuft…',
    address: 'Oder mit seiner Adresse',
    addressHint: 'Auf diesem oder einem anderen Rechner: http://127.0.0.1:8080',
    test: 'Testen',
    testing: 'Frage läuft…',
    works: '{label} antwortet in {time}.',
    someServer: 'Ein Server',
    key: 'API-Schlüssel, falls nötig',
    overridden:
      '{source} legt die Server dieses Laufs fest, weitere lassen sich nicht hinzufügen. Ohne diese Angabe gestartet, geht es.',
    none: 'Noch kein Server? Jeder von diesen führt Modelle auf dem eigenen Rechner aus:',
    change: 'Anderer Server',
    settings: 'Alle Server-Einstellungen',
  },
  client: {
    title: 'Client verbinden',
    intro:
      'Programme auf <proxy></proxy> statt auf <target></target> richten. Jedes Byte läuft unverändert durch, und nichts muss neu starten.',
    clients: 'Client',
    server: 'Server',
    model: 'Modell',
    noModel: 'Noch ist kein Modell bekannt; your-model durch einen Modellnamen ersetzen.',
    getModel: 'Modell holen',
    other: 'Jeder andere',
    place: {
      shell: 'Dort ausführen, wo er gestartet wird:',
      code: 'Im eigenen Programm:',
      address: 'Basis-URL für alles, was die API von OpenAI spricht:',
      file: 'In {path}:',
      field: 'Im Feld {path}:',
    },
    notes: {
      messages:
        'Der Server muss die API von Anthropic anbieten (/v1/messages). Der Test zeigt, ob er es tut.',
      responses:
        'Der Server muss die Responses-API von OpenAI anbieten (/v1/responses). Der Test zeigt, ob er es tut.',
      container:
        'In einem Container ist 127.0.0.1 der Container selbst: mit --network=host starten, oder Tokwatt auf einer Adresse lauschen lassen, die er erreicht.',
      remote:
        'Diese Anfragen schicken die Server von Cursor, und sie erreichen keine Adresse dieses Rechners. Es braucht eine öffentliche Adresse, etwa die eines Tunnels.',
    },
    noChange: 'Oder keinen Client ändern: den Port übernehmen',
    docs: 'Seine Dokumentation',
    copy: 'Kopieren: {name}',
    test: 'Testanfrage senden',
    testing: 'Warten auf die Antwort…',
    works: '{model} antwortete in {time}.',
    waiting: 'Noch keine Anfrage gesehen.',
    seen: 'Gesehen um {time}: {who} fragte {model}.',
    seenNow: '{who} fragt gerade {model}.',
    noModelNamed: 'kein Modell',
    seenShort: 'gesehen',
  },
  first: {
    title: 'Die erste Anfrage',
    asked: '{who} fragte <model></model> auf {upstream}.',
    someone: 'Ein Programm',
    tokens: '{input} Tokens hinein, {output} heraus',
    took: 'in {time}',
    energy: '{energy} Energie',
    noEnergy: 'Kein Sensor verrät die Energie.',
    failed: 'Sie gelang nicht; die Zeile in der Aktivität sagt, warum.',
    open: 'Ansehen',
    close: 'Weiter',
  },
  takeover: {
    title: 'Port übernehmen',
    intro:
      'Der Server zieht auf einen anderen Port um, und Tokwatt lauscht auf dem alten; so muss kein Client geändert werden. Nichts geschieht ungefragt, und jeder Schritt hat seinen Rückweg.',
    possible: 'Clients nutzen Port {port}.',
    waiting:
      '{waits, select, port {Der Server antwortet auf Port {serverPort}; auf {port} lauscht noch etwas.} other {Warten auf den Server an Port {serverPort}.}}',
    held: 'Tokwatt lauscht auf Port {port}; der Server antwortet auf {serverPort}.',
    show: 'Zeigen, wie',
    hide: 'Ausblenden',
    showFor: 'Zeigen, wie der Port von {name} übernommen wird',
    steps: 'Damit zieht der Server auf Port {serverPort} um',
    undo: 'Der Rückweg',
    undoNow: 'Sobald Tokwatt Port {port} verlassen hat, zieht dies den Server zurück',
    kinds: {
      override: 'Eine eigene Datei neben der Unit setzt den Port:',
      environment: 'Die Umgebung des eigenen Kontos setzt den Port:',
      restart: 'Ollama startet neu, laufende Antworten enden dabei:',
      stop: 'Den Server dort beenden, wo er gestartet wurde.',
      start: 'Auf dem Port starten:',
      setting: 'Den Port in den eigenen Einstellungen des Servers ändern.',
    },
    copy: 'Befehle kopieren: {name}',
    wait: 'Ich führe sie aus; Port {port} nehmen, sobald er frei ist',
    run: 'Jetzt ausführen',
    runTitle: 'Server jetzt umziehen?',
    runBody: 'Tokwatt führt die gezeigten Befehle aus. Laufende Antworten werden abgeschnitten.',
    stopWaiting: 'Nicht mehr warten',
    giveBack: 'Port {port} zurückgeben',
    giveBackTitle: 'Port zurückgeben?',
    giveBackBody:
      'Tokwatt verlässt Port {port} sofort. Clients bekommen dort keine Antwort, bis der Server zurück ist.',
    giveBackRun: 'Zurückgeben und Server zurückziehen',
    others:
      'Tokwatt lauscht nur auf {bind}: Clients auf anderen Rechnern erreichen es erst, wenn das unter „API und Zugang“ geändert ist.',
    ownTools:
      'Programme, die OLLAMA_HOST selbst lesen, etwa der Befehl ollama, gehen dann direkt zum Server und werden nicht gemessen.',
    running:
      'Solange Tokwatt nicht läuft, antwortet auf dem Port niemand. Mit der Anmeldung gestartet („Symbol und Darstellung“), ist es immer da.',
    uninstall: 'Vor dem Deinstallieren von Tokwatt die Ports zurückgeben.',
  },
} as const;
