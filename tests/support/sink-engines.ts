/** A common interface to the databases, for the tests of both. */
import { sinksSchema } from '../../shared/sinks.ts';
import type { SinkSettings } from '../../shared/sinks.ts';
import * as v from 'valibot';
import { CLICKHOUSE_PASSWORD, clickhouseObstacle, startClickhouse } from './clickhouse-server.ts';
import { POSTGRES_PASSWORD, postgresObstacle, startPostgres } from './postgres-server.ts';
import type { Row } from './postgres-server.ts';

export interface Engine {
  readonly name: 'postgres' | 'clickhouse';
  /** Why it cannot be started here; null if it can. */
  readonly obstacle: string | null;
  start(): Promise<EngineServer>;
}

export interface EngineServer {
  /** The text after a table's name with which a query counts each exchange once. */
  readonly final: string;
  /** Settings for a separate schema or database, which is empty at first. */
  settings(place: string, changes?: Changes): SinkSettings;
  /**
   * The rows of a query, in which `exchanges`, `rollups` and `schema_version` stand for the tables.
   */
  rows(place: string, sql: string): Promise<Row[]>;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  dispose(): Promise<void>;
}

export interface Changes {
  readonly username?: string;
  readonly password?: string;
  readonly port?: number;
}

export interface Tally {
  readonly rows: number;
  readonly distinct: number;
  readonly input: number;
  readonly output: number;
}

/** The content of the table. Without `final`, duplicates of an exchange are counted. */
export async function tallyOf(server: EngineServer, place: string, final = ''): Promise<Tally> {
  const [row] = await server.rows(
    place,
    `SELECT count(*) AS n, count(DISTINCT id) AS ids, sum(input_tokens) AS input,
     sum(output_tokens) AS output FROM exchanges${final}`,
  );
  return {
    rows: Number(row?.n),
    distinct: Number(row?.ids),
    input: Number(row?.input),
    output: Number(row?.output),
  };
}

const TABLE = /(?<!['\w.])(exchanges|rollups|schema_version)\b/g;

const POSTGRES: Engine = {
  name: 'postgres',
  obstacle: postgresObstacle(),
  start: async () => {
    const server = await startPostgres();
    await server.query('CREATE DATABASE tokwatt');
    return {
      ...server,
      final: '',
      settings: (place, changes = {}) =>
        v.parse(sinksSchema, {
          postgres: {
            port: server.port,
            schema: place,
            username: 'postgres',
            password: POSTGRES_PASSWORD,
            ...changes,
          },
        }),
      rows: (place, sql) => server.query(sql.replace(TABLE, `${place}.$1`), 'tokwatt'),
    };
  },
};

const CLICKHOUSE: Engine = {
  name: 'clickhouse',
  obstacle: clickhouseObstacle(),
  start: async () => {
    const server = await startClickhouse();
    return {
      ...server,
      final: ' FINAL',
      settings: (place, { port, ...changes } = {}) =>
        v.parse(sinksSchema, {
          clickhouse: {
            url: port === undefined ? server.url : `http://127.0.0.1:${port}`,
            database: place,
            password: CLICKHOUSE_PASSWORD,
            ...changes,
          },
        }),
      rows: (place, sql) => server.query(sql.replace(TABLE, `${place}.$1`)),
    };
  },
};

export const ENGINES: readonly Engine[] = [POSTGRES, CLICKHOUSE];
