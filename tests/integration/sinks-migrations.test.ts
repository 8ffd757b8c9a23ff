import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../electron/core/log.ts';
import {
  CLICKHOUSE_MIGRATIONS,
  migrateClickhouse,
} from '../../electron/core/exporters/databases/clickhouse-tables.ts';
import {
  EXCHANGE_COLUMNS,
  ROLLUP_COLUMNS,
} from '../../electron/core/exporters/databases/columns.ts';
import {
  POSTGRES_MIGRATIONS,
  migratePostgres,
} from '../../electron/core/exporters/databases/postgres-tables.ts';
import { ENGINES, tallyOf } from '../support/sink-engines.ts';
import type { Engine, EngineServer } from '../support/sink-engines.ts';
import { openSinkLab } from '../support/sink-lab.ts';

/** What the two engines' migrations have in common for these tests. */
interface Steps {
  readonly count: number;
  /** Brings an empty place to a version; one step may be broken. */
  migrate(server: EngineServer, place: string, version: number, broken?: string): Promise<void>;
}

const POSTGRES: Steps = {
  count: POSTGRES_MIGRATIONS.length,
  migrate: async (server, place, version, broken) => {
    const { postgres } = server.settings(place);
    if (postgres === null) throw new Error('these are not settings for PostgreSQL');
    const client = new Client({ ...postgres, user: postgres.username });
    client.on('error', () => undefined);
    await client.connect();
    const steps = POSTGRES_MIGRATIONS.slice(0, version);
    const more = broken === undefined ? [] : [{ name: 'broken', sql: () => broken }];
    try {
      await migratePostgres(client, place, SILENT_LOG, [...steps, ...more]);
    } finally {
      await client.end();
    }
  },
};

const CLICKHOUSE: Steps = {
  count: CLICKHOUSE_MIGRATIONS.length,
  migrate: async (server, place, version, broken) => {
    const { clickhouse } = server.settings(place);
    if (clickhouse === null) throw new Error('these are not settings for ClickHouse');
    const client = createClient({
      url: clickhouse.url,
      password: clickhouse.password,
      log: { level: ClickHouseLogLevel.OFF },
    });
    const steps = CLICKHOUSE_MIGRATIONS.slice(0, version);
    const more = broken === undefined ? [] : [{ name: 'broken', sql: () => broken }];
    try {
      await migrateClickhouse(client, place, [...steps, ...more]);
    } finally {
      await client.close();
    }
  },
};

const CASES = ENGINES.map((engine) => ({
  name: engine.obstacle === null ? engine.name : `${engine.name} (skipped: ${engine.obstacle})`,
  engine,
  steps: engine.name === 'postgres' ? POSTGRES : CLICKHOUSE,
}));

describe.each(CASES)('the tables in $name', ({ engine, steps }) => {
  describe.skipIf(engine.obstacle !== null)('a real server', () => {
    let server: EngineServer;
    beforeAll(async () => {
      server = await engine.start();
    });
    afterAll(() => server.dispose());

    const versions = async (place: string): Promise<number[]> => {
      const rows = await server.rows(place, 'SELECT version FROM schema_version ORDER BY version');
      return rows.map(({ version }) => Number(version));
    };
    const newest = Array.from({ length: steps.count }, (_, index) => index + 1);

    it('have the sent columns in this order', async () => {
      await steps.migrate(server, 'columns', steps.count);
      const names = (columns: readonly { name: string; type: string }[]): string[] => [
        'instance',
        ...columns.flatMap(({ name, type }) =>
          engine.name === 'clickhouse' && type === 'moment' ? [name, `${name}_ms`] : [name],
        ),
      ];
      expect(await columnsOf(server, engine, 'columns', 'exchanges')).toEqual(
        names(EXCHANGE_COLUMNS),
      );
      const own = engine.name === 'clickhouse' ? ['sending'] : [];
      expect(await columnsOf(server, engine, 'columns', 'rollups')).toEqual([
        ...names(ROLLUP_COLUMNS),
        ...own,
      ]);
    });

    it.each(newest)(
      'come forward from version %i with their rows, and take new ones',
      async (v) => {
        const place = `from_${v}`;
        const lab = await openSinkLab();
        try {
          await steps.migrate(server, place, v);
          expect(await versions(place)).toEqual(newest.slice(0, v));
          await server.rows(place, OLD_ROW[engine.name]);
          lab.add(3);
          await lab.sink(server.settings(place)).stop(20_000, 'quit');
          expect(await versions(place)).toEqual(newest);
          expect(await tallyOf(server, place)).toMatchObject({ rows: 4, input: 367 });
        } finally {
          await lab.dispose();
        }
      },
    );

    it('keep their version when a step fails, and are migrated later', async () => {
      const broken = `CREATE TABLE nowhere.half (a ${engine.name === 'clickhouse' ? 'Int32) ENGINE = Memory' : 'integer)'}`;
      await expect(steps.migrate(server, 'halfway', 1, broken)).rejects.toThrow(/nowhere/);
      // ClickHouse has no transactions: the steps before the broken one stand.
      const done = engine.name === 'clickhouse' ? [1] : null;
      if (done === null) await expect(versions('halfway')).rejects.toThrow(/does not exist/);
      else expect(await versions('halfway')).toEqual(done);
      await steps.migrate(server, 'halfway', steps.count);
      expect(await versions('halfway')).toEqual(newest);
    });

    it('are created once by concurrent starts', async () => {
      const all = Array.from({ length: 6 }, () => steps.migrate(server, 'crowd', steps.count));
      await Promise.all(all);
      expect([...new Set(await versions('crowd'))]).toEqual(newest);
      await steps.migrate(server, 'crowd', steps.count);
    });
  });
});

const OLD_ROW: Record<Engine['name'], string> = {
  postgres: `INSERT INTO exchanges (instance, id, started_at, completed_at, upstream, api, operation,
    inference, method, endpoint, completed, input_tokens, bytes_in, bytes_out, readable)
    VALUES ('old', 41, now(), now(), 'u', 'ollama', 'chat', true, 'POST', '/', true, 7, 0, 0, true)`,
  clickhouse: `INSERT INTO exchanges (instance, id, completed_at, completed_at_ms, input_tokens)
    SELECT 'old', 41, now(), 5, 7`,
};

async function columnsOf(
  server: EngineServer,
  engine: Engine,
  place: string,
  table: string,
): Promise<unknown[]> {
  const rows = await server.rows(
    place,
    engine.name === 'postgres'
      ? `SELECT column_name AS name FROM information_schema.columns
         WHERE table_schema = '${place}' AND table_name = '${table}' ORDER BY ordinal_position`
      : `SELECT name FROM system.columns WHERE database = '${place}' AND table = '${table}'`,
  );
  return rows.map(({ name }) => name);
}
