export const exporterSentences = {
  otlp_timeout:
    'Der Collector unter {url} hat nicht rechtzeitig geantwortet; prüfen Sie, ob er überlastet ist. Es wird erneut versucht.',
  otlp_overloaded:
    'Der Collector unter {url} ist überlastet oder nicht bereit (429, 502, 503 oder 504); sehen Sie in sein Protokoll. Es wird erneut versucht.',
  otlp_failed:
    'Das Senden an {url} schlug fehl ({reason}); siehe otlp in settings.json. Es wird erneut versucht.',
  otlp_key_refused:
    'Der Collector unter {url} weist den Schlüssel ab ({status}); tragen Sie den richtigen in otlp.headers in settings.json ein.',
  otlp_not_there:
    'Unter {url} gibt es kein OTLP über HTTP ({status}); otlp.url in settings.json nimmt die Basisadresse, ohne /v1/metrics oder /v1/traces.',
  otlp_refused:
    'Der Collector unter {url} weist ab, was er bekommt ({status}); sein Protokoll sagt, warum.',
  otlp_nothing_listens:
    'Unter {url} horcht nichts; starten Sie den Collector oder berichtigen Sie otlp.url in settings.json.',
  otlp_host_unknown:
    'Der Rechner von {url} ist nicht bekannt; berichtigen Sie otlp.url in settings.json oder das Netz.',
  otlp_unreachable:
    'Der Collector unter {url} ist nicht erreichbar ({code}); prüfen Sie, ob er läuft und dort HTTP spricht.',
  report_not_taken:
    'Der Bericht wurde nicht angenommen: {reason}. Seine Zahlen kommen in den nächsten; prüfen Sie reporter.url, wenn das so bleibt.',
  report_unanswered: 'keine Antwort in der Zeit',
  report_status: 'Antwort {status}',
  clickhouse_refused:
    'ClickHouse unter {url} hat den Benutzer {username} oder sein Passwort abgewiesen; setzen Sie sinks.clickhouse.password oder TOKWATT_CLICKHOUSE_PASSWORD.',
  clickhouse_rights:
    'ClickHouse erlaubt das dem Benutzer {username} nicht ({reason}); geben Sie ihm CREATE, SELECT und INSERT auf {database}.* oder nennen Sie einen anderen Benutzer in sinks.clickhouse.username.',
  clickhouse_failed: 'ClickHouse unter {url} schlug fehl: {reason}.',
  clickhouse_unreachable:
    'ClickHouse unter {url} ist nicht erreichbar ({reason}); starten Sie es oder berichtigen Sie sinks.clickhouse.url.',
  clickhouse_other:
    'Was unter {url} antwortet, ist nicht die HTTP-Schnittstelle von ClickHouse ({reason}); berichtigen Sie sinks.clickhouse.url: ihr Port ist sonst 8123.',
  clickhouse_newer:
    'Die Tabellen in der ClickHouse-Datenbank {database} stammen von einem neueren Tokwatt (Version {version}, dieses kennt {known}); aktualisieren Sie Tokwatt oder nennen Sie eine andere Datenbank in sinks.clickhouse.database.',
  postgres_refused:
    'PostgreSQL unter {server} hat den Benutzer {username} oder sein Passwort abgewiesen; setzen Sie sinks.postgres.password oder TOKWATT_POSTGRES_PASSWORD.',
  postgres_no_database:
    'PostgreSQL unter {server} hat keine Datenbank {database}; legen Sie sie an mit {command}.',
  postgres_rights:
    'PostgreSQL erlaubt das dem Benutzer {username} nicht ({reason}); {command}, oder machen Sie ihn zum Besitzer des Schemas {schema}.',
  postgres_no_tls: 'PostgreSQL unter {server} hat kein TLS; schalten Sie sinks.postgres.tls aus.',
  postgres_unreachable:
    'PostgreSQL unter {server} ist nicht erreichbar ({reason}); starten Sie es oder berichtigen Sie sinks.postgres.host und port.',
  postgres_failed: 'PostgreSQL unter {server} schlug fehl: {reason}.',
  postgres_newer:
    'Die Tabellen im PostgreSQL-Schema {schema} stammen von einem neueren Tokwatt (Version {version}, dieses kennt {known}); aktualisieren Sie Tokwatt oder nennen Sie ein anderes Schema in sinks.postgres.schema.',
  postgres_encoding:
    "Die PostgreSQL-Datenbank hat die Kodierung {encoding}; legen Sie eine mit ENCODING 'UTF8' TEMPLATE template0 an und nennen Sie sie in sinks.postgres.database.",
};
