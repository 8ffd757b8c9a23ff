import type { Client } from 'pg';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { PostgresSettings } from '../../../../shared/sinks.ts';
import { sentence } from '../../../../shared/sentences.ts';
import { TokwattError } from '../../errors.ts';
import type { RollupRow } from '../../records/ledger/query-schemas.ts';
import type { Log } from '../../log.ts';
import { EXCHANGE_COLUMNS, ROLLUP_COLUMNS } from './columns.ts';
import type { Column, ColumnType, ColumnValue } from './columns.ts';
import type { SinkDatabase } from './database.ts';
import { explainPostgres } from './postgres-errors.ts';
import { migratePostgres } from './postgres-tables.ts';

const CONNECT_MS = 10_000;
/**
 * Time limit for a query, milliseconds. A batch takes only milliseconds, so a server that is silent
 * for this long is gone.
 */
const QUERY_MS = 60_000;

const ARRAY_OF: Readonly<Record<ColumnType, string>> = {
  text: 'text[]',
  integer: 'bigint[]',
  real: 'double precision[]',
  boolean: 'boolean[]',
  moment: 'timestamptz[]',
  day: 'date[]',
};

export interface PostgresOptions {
  readonly settings: PostgresSettings;
  readonly password: string;
  readonly instance: string;
  readonly log: Log;
}

/**
 * PostgreSQL, with or without TimescaleDB. A batch is one statement, so it is inserted completely
 * or not at all.
 */
export class PostgresSink implements SinkDatabase {
  readonly name = 'postgres';
  readonly batchRows = 200;
  readonly #options: PostgresOptions;
  readonly #addExchanges: string;
  readonly #putRollups: string;
  #client: Client | null = null;

  constructor(options: PostgresOptions) {
    this.#options = options;
    const { schema } = options.settings;
    this.#addExchanges = `${insertSql(`"${schema}".exchanges`, EXCHANGE_COLUMNS)}
      ON CONFLICT DO NOTHING`;
    this.#putRollups = `${insertSql(`"${schema}".rollups AS old`, ROLLUP_COLUMNS)}
      ${updateSql(ROLLUP_COLUMNS)}`;
  }

  get connected(): boolean {
    return this.#client !== null;
  }

  async connect(): Promise<number> {
    this.close();
    return this.#explained(async () => {
      const client = await this.#newClient();
      this.#client = client;
      await client.connect();
      const { schema } = this.#options.settings;
      await requireUtf8(client);
      await migratePostgres(client, schema, this.#options.log);
      const { rows } = await client.query<{ last: string | null }>(
        `SELECT max(id) AS last FROM "${schema}".exchanges WHERE instance = $1`,
        [this.#options.instance],
      );
      return Number(rows[0]?.last ?? 0);
    });
  }

  addExchanges(records: readonly ActivityRecord[]): Promise<void> {
    return this.#insert(this.#addExchanges, EXCHANGE_COLUMNS, records);
  }

  putRollups(rows: readonly RollupRow[]): Promise<void> {
    return this.#insert(this.#putRollups, ROLLUP_COLUMNS, rows);
  }

  close(): void {
    const client = this.#client;
    this.#client = null;
    if (client === null) return;
    // Closes gracefully if possible, without waiting.
    client.end().catch(() => undefined);
    setTimeout(() => client.connection.stream.destroy(), 200).unref();
  }

  async #newClient(): Promise<Client> {
    // Imported on demand, because only users of PostgreSQL need it.
    const { default: Client } = await import('pg/lib/client.js');
    const { host, port, database, username, tls } = this.#options.settings;
    const client = new Client({
      host,
      port,
      database,
      user: username,
      ...(this.#options.password === '' ? {} : { password: this.#options.password }),
      ssl: tls,
      application_name: 'tokwatt',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: QUERY_MS,
      keepAlive: true,
    });
    // Without a listener, an error on an idle connection would end the process.
    client.on('error', () => this.#drop(client));
    client.on('end', () => this.#drop(client));
    return client;
  }

  #drop(client: Client): void {
    if (this.#client === client) this.#client = null;
  }

  #insert<Row>(sql: string, columns: readonly Column<Row>[], rows: readonly Row[]): Promise<void> {
    return this.#explained(async () => {
      const values = columns.map((column) => rows.map((row) => toPostgres(column, row)));
      if (this.#client === null) throw new Error('the connection was closed');
      await this.#client.query(sql, [this.#options.instance, ...values]);
    });
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.close();
      if (error instanceof TokwattError) throw error;
      throw explainPostgres(error, this.#options.settings);
    }
  }
}

/** Other encodings cannot store all names that clients may choose. */
async function requireUtf8(client: Client): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const encoding = rows[0]?.server_encoding ?? 'unknown';
  if (encoding === 'UTF8') return;
  throw new TokwattError('sink-encoding', sentence('postgres_encoding', { encoding }));
}

function insertSql<Row>(table: string, columns: readonly Column<Row>[]): string {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const arrays = columns.map(({ type }, index) => `$${index + 2}::${ARRAY_OF[type]}`).join(', ');
  return `INSERT INTO ${table} (instance, ${names}) SELECT $1, sent.* FROM unnest(${arrays}) AS sent`;
}

/** A day's sums are sent repeatedly. The condition avoids writing rows that have not changed. */
function updateSql<Row>(columns: readonly Column<Row>[]): string {
  const names = columns.map(({ name }) => `"${name}"`);
  const list = (of: string): string => names.map((name) => `${of}.${name}`).join(', ');
  return `ON CONFLICT (instance, day, row_key)
    DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
    WHERE (${list('old')}) IS DISTINCT FROM (${list('excluded')})`;
}

function toPostgres<Row>({ type, of }: Column<Row>, row: Row): ColumnValue {
  const value = of(row);
  return type === 'moment' && typeof value === 'number' ? new Date(value).toISOString() : value;
}
