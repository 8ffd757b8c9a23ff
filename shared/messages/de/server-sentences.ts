/** What is wrong with a server, and what to do. */
export const serverSentences = {
  the_server: 'den Server',
  the_server_there: 'Der Server',
  servers_of_8080: 'llama-server, llama-swap oder LocalAI',
  servers_of_3000: 'TGI oder TEI',
  nothing_answers:
    'Unter {address} antwortet nichts (Verbindung abgelehnt). Starten Sie {server} oder nennen Sie Ihren Server mit --upstream URL.',
  no_longer_answers:
    '{label} antwortet unter {address} nicht mehr (Verbindung abgelehnt). Starten Sie den Server wieder.',
  name_unresolved:
    'Der Name {host} kann nicht aufgelöst werden. Prüfen Sie die Adresse {address} und das Netzwerk.',
  server_unreachable:
    '{address} ist nicht erreichbar. Prüfen Sie, ob {host} an ist und keine Firewall dazwischen liegt.',
  server_stuck:
    '{label} unter {address} nimmt Verbindungen an, antwortet aber nicht, ist also beschäftigt oder hängt. Starten Sie den Server neu, wenn das so bleibt.',
  no_http: 'Was unter {address} antwortet, spricht kein HTTP. Prüfen Sie den Port.',
  no_tls: 'Was unter {address} antwortet, spricht kein TLS. Versuchen Sie http://.',
  untrusted_certificate:
    'Dem Zertifikat von {address} wird nicht vertraut ({code}). Fügen Sie seine Zertifizierungsstelle zu NODE_EXTRA_CA_CERTS hinzu.',
  closes_connection:
    '{address} schließt die Verbindung ohne Antwort. Prüfen Sie den Port oder versuchen Sie https://.',
  does_not_answer: '{address} antwortet nicht: {message} ({code}).',
  key_refused:
    'Der Server weist den API-Schlüssel ab, der für ihn gesetzt ist, daher kann Tokwatt seine Modelle nicht auflisten. Setzen Sie einen anderen API-Schlüssel. Anfragen mit eigenem Schlüssel werden gemessen.',
  key_needed:
    'Der Server braucht einen API-Schlüssel, um seine Modelle aufzulisten; setzen Sie ihn in den Einstellungen des Servers. Anfragen mit eigenem Schlüssel werden gemessen.',
  server_unrecognised:
    'Der Server antwortet, aber als keiner, den Tokwatt kennt. Anfragen in einem bekannten Format werden gemessen.',
  server_loading: 'Der Server lädt ein Modell.',
  server_status: 'Der Server antwortet mit Status {status}. Sehen Sie in sein Protokoll.',
  proxy_status: 'Der Proxy antwortet mit {status}: Der Server dahinter antwortet nicht. Läuft er?',
  upstream_says: '{upstream}: {note}',
  upstream_key_refused:
    '{upstream} weist den API-Schlüssel ab, der für diesen Server gesetzt ist; setzen Sie einen anderen: {words}',
  upstream_key_needed:
    '{upstream} braucht einen API-Schlüssel; setzen Sie ihn in den Einstellungen dieses Servers: {words}',
  no_upstream_named: 'Es gibt keinen Server „{name}“; es gibt {names}.',
  no_upstream_there: 'Es gibt keinen Server „{name}“; /api/upstreams listet alle auf.',
  no_upstream: 'Es gibt keinen Server.',
  no_upstream_has:
    'Kein Server, der antwortet, hat ein Modell „{model}“; nennen Sie einen ({names}).',
  not_listed_yet: 'Seine Modelle sind noch nicht bekannt.',
  usage_rejected:
    '{upstream} weist Anfragen nach Tokenzahlen (stream_options) mit {status} ab. Sie wurden unverändert noch einmal gesendet, und ihre Ausgabe ist geschätzt. Schalten Sie „Exakte Nutzung“ für diesen Server aus. Sonst wird er in einer Stunde wieder gefragt.',
  test_no_api:
    'Der Server antwortet {status} auf {path}. Vielleicht bietet er diese API nicht an oder hat dieses Modell nicht.',
  test_key:
    'Der Server antwortet {status}: Er braucht einen API-Schlüssel. Setzen Sie ihn für diesen Server in den Einstellungen.',
  test_status: 'Der Server antwortet {status}.',
  it_says: '{said} Er meldet: {words}',
};
