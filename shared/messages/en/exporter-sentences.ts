/** What keeps data from another place, and what to do. */
export const exporterSentences = {
  otlp_timeout:
    'The collector at {url} did not answer in time; see whether it is overloaded. It is tried again.',
  otlp_overloaded:
    'The collector at {url} is overloaded or not ready (429, 502, 503 or 504); see its log. It is tried again.',
  otlp_failed: 'Sending to {url} failed ({reason}); see otlp in settings.json. It is tried again.',
  otlp_key_refused:
    'The collector at {url} refuses the key ({status}); put the right one into otlp.headers in settings.json.',
  otlp_not_there:
    'There is no OTLP over HTTP at {url} ({status}); otlp.url in settings.json takes the base address, without /v1/metrics or /v1/traces.',
  otlp_refused: 'The collector at {url} refuses what it gets ({status}); its log says why.',
  otlp_nothing_listens:
    'Nothing listens at {url}; start the collector, or correct otlp.url in settings.json.',
  otlp_host_unknown:
    'The host of {url} is not known; correct otlp.url in settings.json, or the network.',
  otlp_unreachable:
    'The collector at {url} cannot be reached ({code}); see whether it runs and speaks HTTP there.',
  report_not_taken:
    'The report was not taken: {reason}. Its counts go into the next one; check reporter.url if this stays.',
  report_unanswered: 'no answer in time',
  report_status: 'it answered {status}',
  clickhouse_refused:
    'ClickHouse at {url} refused the user {username} or its password; set sinks.clickhouse.password or TOKWATT_CLICKHOUSE_PASSWORD.',
  clickhouse_rights:
    'ClickHouse lets the user {username} not do this ({reason}); grant it CREATE, SELECT and INSERT on {database}.*, or name another user in sinks.clickhouse.username.',
  clickhouse_failed: 'ClickHouse at {url} failed: {reason}.',
  clickhouse_unreachable:
    'ClickHouse at {url} cannot be reached ({reason}); start it, or correct sinks.clickhouse.url.',
  clickhouse_other:
    "What answers at {url} is not ClickHouse's HTTP interface ({reason}); correct sinks.clickhouse.url: its port is 8123 by default.",
  clickhouse_newer:
    "The tables in ClickHouse's database {database} are of a newer Tokwatt (version {version}, this one knows {known}); update Tokwatt, or name another database in sinks.clickhouse.database.",
  postgres_refused:
    'PostgreSQL at {server} refused the user {username} or its password; set sinks.postgres.password or TOKWATT_POSTGRES_PASSWORD.',
  postgres_no_database:
    'PostgreSQL at {server} has no database {database}; make it with {command}.',
  postgres_rights:
    'PostgreSQL lets the user {username} not do this ({reason}); {command}, or make it the owner of the schema {schema}.',
  postgres_no_tls: 'PostgreSQL at {server} has no TLS; set sinks.postgres.tls off.',
  postgres_unreachable:
    'PostgreSQL at {server} cannot be reached ({reason}); start it, or correct sinks.postgres.host and port.',
  postgres_failed: 'PostgreSQL at {server} failed: {reason}.',
  postgres_newer:
    "The tables in PostgreSQL's schema {schema} are of a newer Tokwatt (version {version}, this one knows {known}); update Tokwatt, or name another schema in sinks.postgres.schema.",
  postgres_encoding:
    "PostgreSQL's database is in {encoding}; make one with ENCODING 'UTF8' TEMPLATE template0, and name it in sinks.postgres.database.",
} as const;
