import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import type { ClickhouseSettings } from '../../../../shared/sinks.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { TokwattError } from '../../errors.ts';
import type { RollupRow } from '../../records/ledger/query-schemas.ts';
import { explainClickhouse } from './clickhouse-errors.ts';
import { migrateClickhouse } from './clickhouse-tables.ts';
import { EXCHANGE_COLUMNS, ROLLUP_COLUMNS } from './columns.ts';
import type { Column, ColumnValue } from './columns.ts';
import type { SinkDatabase } from './database.ts';

/**
 * Time limit for a request, milliseconds. A batch takes only milliseconds, so a server that is
 * silent for this long is gone.
 */
const REQUEST_MS = 30_000;
/** Rows serialized at a time, about a millisecond, before other work runs. */
const ROWS_AT_ONCE = 50;

export interface ClickhouseOptions {
  readonly settings: ClickhouseSettings;
  readonly password: string;
  readonly instance: string;
}

type WireRow = Record<string, ColumnValue>;

/**
 * ClickHouse over HTTP. It has no unique keys, so rows that may already exist are queried before an
 * insert. Duplicates are still possible, if an insert succeeds but its answer is lost. The table's
 * engine then merges them, and `FINAL` hides them until it has.
 */
export class ClickhouseSink implements SinkDatabase {
  readonly name = 'clickhouse';
  /** ClickHouse works best with few large inserts. */
  readonly batchRows = 1_000;
  readonly #options: ClickhouseOptions;
  readonly #instance: string;
  #client: ClickHouseClient | null = null;
  #connected = false;
  /** Rows with ids up to this one may already exist. */
  #knownId = 0;
  /** Version of the daily sums. If a day was sent twice, the row with the higher version counts. */
  #sending = 0;

  constructor(options: ClickhouseOptions) {
    this.#options = options;
    this.#instance = quoted(options.instance);
  }

  get connected(): boolean {
    return this.#connected;
  }

  async connect(): Promise<number> {
    this.close();
    return this.#explained(async () => {
      const client = await this.#newClient();
      this.#client = client;
      const { database } = this.#options.settings;
      await migrateClickhouse(client, database);
      this.#knownId = await this.#highest(client, 'id', 'exchanges');
      this.#sending = await this.#highest(client, 'sending', 'rollups');
      this.#connected = true;
      return this.#knownId;
    });
  }

  addExchanges(records: readonly ActivityRecord[]): Promise<void> {
    return this.#explained(async () => {
      const client = this.#open();
      const isNew = await this.#newOnes(client, records);
      await this.#insert(client, 'exchanges', EXCHANGE_COLUMNS, records.filter(isNew), {});
    });
  }

  putRollups(rows: readonly RollupRow[]): Promise<void> {
    return this.#explained(async () => {
      // Always increases, even if the clock was set back since the last sending.
      this.#sending = Math.max(Date.now(), this.#sending + 1);
      const sending = this.#sending;
      await this.#insert(this.#open(), 'rollups', ROLLUP_COLUMNS, rows, { sending });
    });
  }

  close(): void {
    this.#connected = false;
    const client = this.#client;
    this.#client = null;
    client?.close().catch(() => undefined);
  }

  async #newClient(): Promise<ClickHouseClient> {
    // Imported on demand, because only users of ClickHouse need it.
    const { ClickHouseLogLevel, createClient } = await import('@clickhouse/client');
    const { url, username } = this.#options.settings;
    const { origin, pathname } = new URL(url);
    return createClient({
      url: origin,
      ...(pathname === '/' ? {} : { pathname }),
      username,
      password: this.#options.password,
      // The configured database may not exist yet. This one always exists and is readable for all
      // users.
      database: 'system',
      application: 'tokwatt',
      request_timeout: REQUEST_MS,
      max_open_connections: 2,
      // The client would print errors to the console that the caller logs anyway.
      log: { level: ClickHouseLogLevel.OFF },
      keep_alive: { eagerly_destroy_stale_sockets: true },
    });
  }

  #open(): ClickHouseClient {
    if (this.#client === null) throw new Error('socket hang up: the connection was closed');
    return this.#client;
  }

  async #highest(client: ClickHouseClient, column: string, table: string): Promise<number> {
    const rows = await this.#ask<{ highest: string | number }>(
      client,
      `SELECT max(${column}) AS highest FROM ${this.#table(table)}
       WHERE instance = ${this.#instance}`,
    );
    return Number(rows[0]?.highest ?? 0);
  }

  /** Returns a predicate for the rows that do not exist yet. */
  async #newOnes(
    client: ClickHouseClient,
    records: readonly ActivityRecord[],
  ): Promise<(record: ActivityRecord) => boolean> {
    const ids = records.map(({ id }) => id);
    const times = records.map(({ completedAt }) => completedAt);
    const first = Math.min(...ids);
    if (first > this.#knownId) return () => true;
    const rows = await this.#ask<{ id: string; at: string }>(
      client,
      `SELECT id, completed_at_ms AS at FROM ${this.#table('exchanges')}
       WHERE instance = ${this.#instance} AND id BETWEEN ${first} AND ${Math.max(...ids)}
       AND completed_at_ms BETWEEN ${Math.min(...times)} AND ${Math.max(...times)}`,
    );
    const there = new Set(rows.map(({ id, at }) => `${id} ${at}`));
    return ({ id, completedAt }) => !there.has(`${id} ${completedAt}`);
  }

  async #insert<Row>(
    client: ClickHouseClient,
    table: string,
    columns: readonly Column<Row>[],
    rows: readonly Row[],
    more: WireRow,
  ): Promise<void> {
    if (rows.length === 0) return;
    const fixed = { instance: this.#options.instance, ...more };
    const { stream } = await client.exec({
      query: `INSERT INTO ${this.#table(table)} FORMAT JSONEachRow`,
      values: Readable.from(jsonLines(columns, rows, fixed), { objectMode: false }),
    });
    // The connection is free again only after the (empty) answer was read.
    await finished(stream.resume());
  }

  async #ask<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
    const answer = await client.query({ query, format: 'JSONEachRow' });
    return answer.json<Row>();
  }

  #table(name: string): string {
    return `${this.#options.settings.database}.${name}`;
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.close();
      if (error instanceof TokwattError) throw error;
      throw explainClickhouse(error, this.#options.settings);
    }
  }
}

/** The lines of an insert. Other work runs between the batches. */
async function* jsonLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  fixed: WireRow,
): AsyncGenerator<string> {
  for (let sent = 0; sent < rows.length; sent += ROWS_AT_ONCE) {
    const some = rows.slice(sent, sent + ROWS_AT_ONCE);
    yield some.map((row) => `${JSON.stringify(toRow(columns, row, fixed))}\n`).join('');
    await setImmediate();
  }
}

function toRow<Row>(columns: readonly Column<Row>[], row: Row, fixed: WireRow): WireRow {
  const values: WireRow = { ...fixed };
  for (const { name, type, of } of columns) {
    const value = of(row);
    if (type === 'moment' && typeof value === 'number') {
      values[name] = Math.floor(value / 1_000);
      values[`${name}_ms`] = value;
    } else {
      values[name] = typeof value === 'boolean' ? Number(value) : value;
    }
  }
  return values;
}

/** Quotes a string literal. The oldest supported server has no query parameters. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
