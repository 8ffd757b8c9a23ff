import type { ClickHouseClient } from '@clickhouse/client';
import {
  adding,
  energyPartsSql,
  energySumsSql,
  estimateErrorsSql,
  evidenceSql,
  sessionsSql,
} from './clickhouse-changes.ts';
import { sentence } from '../../../../shared/sentences.ts';
import { TokwattError } from '../../errors.ts';

/**
 * One migration. Its position in the list is the resulting version. Never change an existing one.
 */
interface Migration {
  readonly name: string;
  readonly sql: (database: string) => string;
  /**
   * The column that the migration adds as its last change. If it exists, the migration has already
   * run.
   */
  readonly adds?: string;
  /** The table of that column; `exchanges` if it is missing. */
  readonly table?: string;
}

/**
 * ClickHouse has neither transactions nor locks, so each migration must be safe to run twice or in
 * two Tokwatts at the same time. The SQL works with version 18.16 and later.
 */
export const CLICKHOUSE_MIGRATIONS: readonly Migration[] = [
  { name: 'exchanges', sql: exchangesSql },
  { name: 'rollups', sql: rollupsSql },
  { name: 'evidence', sql: evidenceSql, adds: 'meter_version' },
  {
    name: 'first text',
    sql: adding('time_to_first_text_ms Nullable(Float64)'),
    adds: 'time_to_first_text_ms',
  },
  { name: 'hops', sql: adding('claims_hop Nullable(UInt8)'), adds: 'claims_hop' },
  { name: 'counted model', sql: adding('counted_model Nullable(String)'), adds: 'counted_model' },
  { name: 'estimate errors', sql: estimateErrorsSql, adds: 'output_estimate_error' },
  { name: 'energy parts', sql: energyPartsSql, adds: 'energy_measured_share' },
  { name: 'energy sums', sql: energySumsSql, adds: 'rated_decode_tokens', table: 'rollups' },
  {
    name: 'other work',
    sql: adding('energy_other_work Nullable(UInt8)'),
    adds: 'energy_other_work',
  },
  { name: 'sessions', sql: sessionsSql, adds: 'accepted_draft_tokens' },
  { name: 'client processes', sql: adding('process Nullable(String)'), adds: 'process' },
];

/**
 * Creates what is missing. Throws a TokwattError, and changes nothing, if a newer version made the
 * tables.
 */
export async function migrateClickhouse(
  client: ClickHouseClient,
  database: string,
  migrations: readonly Migration[] = CLICKHOUSE_MIGRATIONS,
): Promise<void> {
  await createDatabase(client, database);
  await client.command({ query: versionSql(database) });
  const version = await versionOf(client, database);
  if (version > migrations.length) {
    throw new TokwattError(
      'sink-newer',
      sentence('clickhouse_newer', {
        database,
        version: String(version),
        known: String(migrations.length),
      }),
    );
  }
  for (const [index, migration] of migrations.entries()) {
    const { name } = migration;
    if (index < version) continue;
    await takeStep(client, database, migration);
    await client.command({
      query: `INSERT INTO ${database}.schema_version (version, name, applied_at)
        SELECT ${index + 1}, '${name}', now()`,
    });
  }
}

/**
 * Checks for the column first, because ClickHouse 18.16 does not support `ADD COLUMN IF NOT
 * EXISTS`.
 */
async function takeStep(
  client: ClickHouseClient,
  database: string,
  { sql, adds, table = 'exchanges' }: Migration,
): Promise<void> {
  const isDone = async (): Promise<boolean> =>
    adds !== undefined && (await hasColumn(client, database, table, adds));
  if (await isDone()) return;
  try {
    await client.command({ query: sql(database) });
  } catch (error) {
    // Another Tokwatt may have added it in the meantime.
    if (!(await isDone())) throw error;
  }
}

async function hasColumn(
  client: ClickHouseClient,
  database: string,
  table: string,
  column: string,
): Promise<boolean> {
  const query = `SELECT count() AS found FROM system.columns
    WHERE database = '${database}' AND table = '${table}' AND name = '${column}'`;
  const answer = await client.query({ query, format: 'JSONEachRow' });
  const [row] = await answer.json<{ found: string }>();
  return Number(row?.found) > 0;
}

/**
 * Created only if missing, because `IF NOT EXISTS` requires the privilege to create in any case.
 */
async function createDatabase(client: ClickHouseClient, database: string): Promise<void> {
  const query = `SELECT count() AS found FROM system.databases WHERE name = '${database}'`;
  const answer = await client.query({ query, format: 'JSONEachRow' });
  const [row] = await answer.json<{ found: string }>();
  if (Number(row?.found) === 0) {
    await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
  }
}

async function versionOf(client: ClickHouseClient, database: string): Promise<number> {
  const query = `SELECT max(version) AS version FROM ${database}.schema_version`;
  const answer = await client.query({ query, format: 'JSONEachRow' });
  const [row] = await answer.json<{ version: number }>();
  return row?.version ?? 0;
}

function versionSql(database: string): string {
  return `CREATE TABLE IF NOT EXISTS ${database}.schema_version (
  version UInt32,
  name String,
  applied_at DateTime
) ENGINE = MergeTree() ORDER BY version`;
}

/** Each time has two columns: seconds, for people and partitions, and milliseconds. */
function exchangesSql(database: string): string {
  return `CREATE TABLE IF NOT EXISTS ${database}.exchanges (
  instance String,
  id Int64,
  started_at DateTime('UTC'),
  started_at_ms Int64,
  completed_at DateTime('UTC'),
  completed_at_ms Int64,
  upstream String,
  api String,
  operation String,
  inference UInt8,
  method String,
  endpoint String,
  model Nullable(String),
  response_model Nullable(String),
  architecture Nullable(String),
  stream Nullable(UInt8),
  status Nullable(Int32),
  completed UInt8,
  finish_reason Nullable(String),
  error Nullable(String),
  input_tokens Nullable(Int64),
  cached_input_tokens Nullable(Int64),
  output_tokens Nullable(Int64),
  reasoning_tokens Nullable(Int64),
  input_provenance Nullable(String),
  cached_input_provenance Nullable(String),
  output_provenance Nullable(String),
  reasoning_provenance Nullable(String),
  prompt_tokens_per_second Nullable(Float64),
  output_tokens_per_second Nullable(Float64),
  prompt_rate_provenance Nullable(String),
  output_rate_provenance Nullable(String),
  duration_ms Nullable(Float64),
  time_to_first_token_ms Nullable(Float64),
  queue_ms Nullable(Float64),
  load_ms Nullable(Float64),
  prefill_ms Nullable(Float64),
  decode_ms Nullable(Float64),
  inter_token_p50_ms Nullable(Float64),
  inter_token_max_ms Nullable(Float64),
  bytes_in Int64,
  bytes_out Int64,
  content_chunks Nullable(Int64),
  energy_joules Nullable(Float64),
  readable UInt8,
  tools Nullable(UInt8),
  structured_output Nullable(UInt8),
  images Nullable(UInt8),
  thinking Nullable(UInt8),
  application Nullable(String),
  address Nullable(String),
  key Nullable(String),
  origin Nullable(String),
  tag Nullable(String)
) ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMM(completed_at)
ORDER BY (instance, completed_at, completed_at_ms, id)`;
}

function rollupsSql(database: string): string {
  return `CREATE TABLE IF NOT EXISTS ${database}.rollups (
  instance String,
  day Date,
  row_key String,
  model Nullable(String),
  upstream Nullable(String),
  application Nullable(String),
  key Nullable(String),
  operation Nullable(String),
  requests Int64,
  other_requests Int64,
  errors Int64,
  input_tokens Int64,
  cached_input_tokens Int64,
  output_tokens Int64,
  reasoning_tokens Int64,
  estimated_tokens Int64,
  unmetered_requests Int64,
  output_tokens_per_second Nullable(Float64),
  energy_joules Nullable(Float64),
  duration_ms Nullable(Float64),
  bytes_in Int64,
  bytes_out Int64,
  sending UInt64
) ENGINE = ReplacingMergeTree(sending)
PARTITION BY toYYYYMM(day)
ORDER BY (instance, day, row_key)`;
}
