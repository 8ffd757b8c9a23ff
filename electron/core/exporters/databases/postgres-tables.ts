import type { ClientBase } from 'pg';
import {
  adding,
  energyPartsSql,
  energySumsSql,
  estimateErrorsSql,
  evidenceSql,
  firstTextSql,
  sessionsSql,
} from './postgres-changes.ts';
import { sentence } from '../../../../shared/sentences.ts';
import { TokwattError } from '../../errors.ts';
import type { Log } from '../../log.ts';

/**
 * One migration. Its position in the list is the resulting version. Never change an existing one.
 */
interface Migration {
  readonly name: string;
  readonly sql: (schema: string) => string;
  readonly after?: (client: ClientBase, schema: string, log: Log) => Promise<void>;
}

/** `schema` is quoted. Keys contain no names, which may be longer than an index allows. */
export const POSTGRES_MIGRATIONS: readonly Migration[] = [
  { name: 'exchanges', sql: exchangesSql, after: makeHypertable },
  { name: 'rollups', sql: rollupsSql },
  { name: 'evidence', sql: evidenceSql },
  { name: 'first text', sql: firstTextSql },
  {
    name: 'hops',
    sql: (schema) => `ALTER TABLE ${schema}.exchanges ADD COLUMN claims_hop boolean`,
  },
  {
    name: 'counted model',
    sql: (schema) => `ALTER TABLE ${schema}.exchanges ADD COLUMN counted_model text`,
  },
  { name: 'estimate errors', sql: estimateErrorsSql },
  { name: 'energy parts', sql: energyPartsSql },
  { name: 'energy sums', sql: energySumsSql },
  { name: 'other work', sql: adding('energy_other_work boolean') },
  { name: 'sessions', sql: sessionsSql },
  { name: 'client processes', sql: adding('process text') },
];

/**
 * Creates or migrates the tables, in a transaction with a lock, so that one of two Tokwatts
 * starting at the same time waits. Throws a TokwattError, and changes nothing, if a newer version
 * made the tables.
 */
export async function migratePostgres(
  client: ClientBase,
  schemaName: string,
  log: Log,
  migrations: readonly Migration[] = POSTGRES_MIGRATIONS,
): Promise<void> {
  if ((await versionOf(client, schemaName)) === migrations.length) return;
  const schema = `"${schemaName}"`;
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`tokwatt ${schemaName}`]);
    const version = await versionOf(client, schemaName);
    if (version > migrations.length) throw newerTables(schemaName, version, migrations.length);
    if (version === 0) await createSchema(client, schemaName);
    for (const [index, { name, sql, after }] of migrations.entries()) {
      if (index < version) continue;
      await client.query(sql(schema));
      await after?.(client, schema, log);
      const mark = `INSERT INTO ${schema}.schema_version (version, name) VALUES ($1, $2)`;
      await client.query(mark, [index + 1, name]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** 0 if there are no tables yet. */
async function versionOf(client: ClientBase, schemaName: string): Promise<number> {
  // Queries the catalogue itself: `to_regclass` may miss a table that another connection just
  // created.
  const { rowCount } = await client.query(
    `SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE nspname = $1 AND relname = 'schema_version'`,
    [schemaName],
  );
  if (rowCount === 0) return 0;
  const sql = `SELECT max(version) AS version FROM "${schemaName}".schema_version`;
  const { rows } = await client.query<{ version: number | null }>(sql);
  return rows[0]?.version ?? 0;
}

/**
 * Created only if missing, because `IF NOT EXISTS` requires the privilege to create in any case.
 */
async function createSchema(client: ClientBase, schemaName: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [
    schemaName,
  ]);
  if (rowCount === 0) await client.query(`CREATE SCHEMA "${schemaName}"`);
  await client.query(`CREATE TABLE "${schemaName}".schema_version (
    version integer PRIMARY KEY,
    name text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`);
}

function newerTables(schemaName: string, version: number, known: number): TokwattError {
  return new TokwattError(
    'sink-newer',
    sentence('postgres_newer', {
      schema: schemaName,
      version: String(version),
      known: String(known),
    }),
  );
}

/**
 * Converts the table if TimescaleDB is installed. Otherwise, or if it refuses, the plain table is
 * used.
 */
async function makeHypertable(client: ClientBase, schema: string, log: Log): Promise<void> {
  const sql = "SELECT FROM pg_extension WHERE extname = 'timescaledb'";
  if ((await client.query(sql)).rowCount === 0) return;
  await client.query('SAVEPOINT hypertable');
  try {
    await client.query(
      `SELECT create_hypertable('${schema}.exchanges'::regclass, 'completed_at'::name,
        create_default_indexes => false)`,
    );
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT hypertable');
    log.warn({ error: String(error) }, 'TimescaleDB made no hypertable; a plain table is used');
  }
}

function exchangesSql(schema: string): string {
  return `
CREATE TABLE ${schema}.exchanges (
  instance text NOT NULL,
  id bigint NOT NULL,
  started_at timestamptz NOT NULL,
  completed_at timestamptz NOT NULL,
  upstream text NOT NULL,
  api text NOT NULL,
  operation text NOT NULL,
  inference boolean NOT NULL,
  method text NOT NULL,
  endpoint text NOT NULL,
  model text,
  response_model text,
  architecture text,
  stream boolean,
  status integer,
  completed boolean NOT NULL,
  finish_reason text,
  error text,
  input_tokens bigint,
  cached_input_tokens bigint,
  output_tokens bigint,
  reasoning_tokens bigint,
  input_provenance text,
  cached_input_provenance text,
  output_provenance text,
  reasoning_provenance text,
  prompt_tokens_per_second double precision,
  output_tokens_per_second double precision,
  prompt_rate_provenance text,
  output_rate_provenance text,
  duration_ms double precision,
  time_to_first_token_ms double precision,
  queue_ms double precision,
  load_ms double precision,
  prefill_ms double precision,
  decode_ms double precision,
  inter_token_p50_ms double precision,
  inter_token_max_ms double precision,
  bytes_in bigint NOT NULL,
  bytes_out bigint NOT NULL,
  content_chunks bigint,
  energy_joules double precision,
  readable boolean NOT NULL,
  tools boolean,
  structured_output boolean,
  images boolean,
  thinking boolean,
  application text,
  address text,
  key text,
  origin text,
  tag text,
  PRIMARY KEY (instance, id, completed_at)
);
CREATE INDEX exchanges_completed_at ON ${schema}.exchanges (completed_at);
COMMENT ON TABLE ${schema}.exchanges IS 'Finished exchanges, one row each. NULL is unknown.';
`;
}

function rollupsSql(schema: string): string {
  return `
CREATE TABLE ${schema}.rollups (
  instance text NOT NULL,
  day date NOT NULL,
  row_key text NOT NULL,
  model text,
  upstream text,
  application text,
  key text,
  operation text,
  requests bigint NOT NULL,
  other_requests bigint NOT NULL,
  errors bigint NOT NULL,
  input_tokens bigint NOT NULL,
  cached_input_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL,
  reasoning_tokens bigint NOT NULL,
  estimated_tokens bigint NOT NULL,
  unmetered_requests bigint NOT NULL,
  output_tokens_per_second double precision,
  energy_joules double precision,
  duration_ms double precision,
  bytes_in bigint NOT NULL,
  bytes_out bigint NOT NULL,
  PRIMARY KEY (instance, day, row_key)
);
COMMENT ON TABLE ${schema}.rollups IS 'Sums of a local calendar day by five names.';
`;
}
