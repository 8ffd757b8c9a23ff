import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as v from 'valibot';
import type { Exporter } from '../../electron/core/exporters/exporter.ts';
import { sinksSchema } from '../../shared/sinks.ts';
import {
  CLICKHOUSE_PASSWORD,
  clickhouseObstacle,
  startClickhouse,
} from '../support/clickhouse-server.ts';
import type { RunningClickhouse } from '../support/clickhouse-server.ts';
import { POSTGRES_PASSWORD, postgresObstacle, startPostgres } from '../support/postgres-server.ts';
import type { RunningPostgres } from '../support/postgres-server.ts';
import { openSinkLab, until } from '../support/sink-lab.ts';
import type { SinkLab } from '../support/sink-lab.ts';

let lab: SinkLab;
beforeEach(async () => {
  lab = await openSinkLab();
});
afterEach(async () => {
  await lab.dispose();
  vi.unstubAllEnvs();
});

function start(settings: object): Exporter {
  return lab.sink(v.parse(sinksSchema, settings));
}

async function failing(sink: Exporter): Promise<string | null> {
  const state = await until(
    () => sink.state,
    ({ status }) => status === 'failing',
  );
  return state.message;
}

async function caughtUp(sink: Exporter): Promise<void> {
  await lab.ledger.flush();
  await until(
    () => sink.state,
    ({ status, behind }) => status === 'ok' && behind === 0,
  );
}

function title(name: string, obstacle: string | null): string {
  return obstacle === null ? name : `${name} (skipped: ${obstacle})`;
}

const noPostgres = postgresObstacle();
describe.skipIf(noPostgres !== null)(title('a user of PostgreSQL', noPostgres), () => {
  let server: RunningPostgres;
  beforeAll(async () => {
    server = await startPostgres();
    await server.query("CREATE USER tokwatt PASSWORD 'choose one'");
    await server.query("CREATE DATABASE tokwatt OWNER tokwatt ENCODING 'UTF8' TEMPLATE template0");
    await server.query("CREATE USER guest PASSWORD 'choose one'");
  });
  afterAll(() => server.dispose());
  const given = (changes: object): object => ({
    postgres: { port: server.port, password: 'choose one', ...changes },
  });

  it('works after the documented steps, with its password in the environment', async () => {
    vi.stubEnv('TOKWATT_POSTGRES_PASSWORD', 'choose one');
    lab.add(3);
    await caughtUp(start(given({ password: '' })));
    const rows = await server.query('SELECT id FROM tokwatt.exchanges', 'tokwatt');
    expect(rows.length).toBe(3);
  });

  it('explains a missing database, or one with another encoding', async () => {
    expect(await failing(start(given({ database: 'else' })))).toBe(
      `PostgreSQL at 127.0.0.1:${server.port} has no database else; make it with ` +
        'CREATE DATABASE "else" OWNER "tokwatt".',
    );
    await server.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    expect(await failing(start(given({ database: 'latin' })))).toMatch(
      /is in LATIN1; make one with ENCODING 'UTF8'/,
    );
  });

  it('explains missing rights to create or use tables', async () => {
    expect(await failing(start(given({ username: 'guest', schema: 'own' })))).toMatch(
      /lets the user guest not do this \(permission denied for database tokwatt\); GRANT CREATE/,
    );
    expect(await failing(start(given({ username: 'guest' })))).toMatch(/GRANT CREATE|owner/);
  });

  it('can use a schema that another user created', async () => {
    await server.query('CREATE SCHEMA given AUTHORIZATION guest', 'tokwatt');
    lab.add(2);
    await caughtUp(start(given({ username: 'guest', schema: 'given' })));
    expect((await server.query('SELECT FROM given.exchanges', 'tokwatt')).length).toBe(2);
  });

  it('explains TLS with a server that has none', async () => {
    expect(await failing(start(given({ tls: true })))).toMatch(/has no TLS; set .* off\./);
  });

  it('does not notice that an idle connection was cut', async () => {
    const sink = start(given({ schema: 'idle' }));
    lab.add(1);
    await caughtUp(sink);
    await server.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tokwatt'",
    );
    lab.add(1);
    await caughtUp(sink);
    expect((await server.query('SELECT FROM idle.exchanges', 'tokwatt')).length).toBe(2);
  });

  it('gets a plain table if TimescaleDB creates no hypertable', async () => {
    await server.query('CREATE DATABASE timescale');
    // What is left of an extension whose library is gone: it is listed, and cannot be called.
    await server.query(
      `INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
       SELECT 99999, 'timescaledb', 10, 2200, false, '2.0'`,
      'timescale',
    );
    lab.add(2);
    const admin = { username: 'postgres', password: POSTGRES_PASSWORD, database: 'timescale' };
    await caughtUp(start(given(admin)));
    expect((await server.query('SELECT FROM tokwatt.exchanges', 'timescale')).length).toBe(2);
    expect(lab.logged()).toMatch(/create_hypertable.* does not exist.*a plain table is used/);
  });

  it('may have any password and name that PostgreSQL allows', async () => {
    await server.query('CREATE DATABASE "Odd name"');
    const odd = { username: 'postgres', password: POSTGRES_PASSWORD, database: 'Odd name' };
    lab.add(1);
    await caughtUp(start(given(odd)));
  });
});

const noClickhouse = clickhouseObstacle();
describe.skipIf(noClickhouse !== null)(title('a user of ClickHouse', noClickhouse), () => {
  let server: RunningClickhouse;
  beforeAll(async () => {
    server = await startClickhouse();
  });
  afterAll(() => server.dispose());

  it('needs only an address, with its password in the environment', async () => {
    vi.stubEnv('TOKWATT_CLICKHOUSE_PASSWORD', CLICKHOUSE_PASSWORD);
    lab.add(3);
    await caughtUp(start({ clickhouse: { url: server.url } }));
    expect((await server.query('SELECT id FROM tokwatt.exchanges')).length).toBe(3);
  });

  it('explains a read-only user', async () => {
    const clickhouse = { url: server.url, username: 'readonly', database: 'own' };
    expect(await failing(start({ clickhouse }))).toMatch(
      /lets the user readonly not do this \(.*readonly.*\); grant it CREATE, SELECT and INSERT on own\./,
    );
  });

  it('explains an answer of another program', async () => {
    const other = createServer((_, response) => response.writeHead(404).end('<h1>nothing</h1>'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const url = `http://127.0.0.1:${port}`;
    expect(await failing(start({ clickhouse: { url } }))).toBe(
      `What answers at ${url} is not ClickHouse's HTTP interface (<h1>nothing</h1>); ` +
        'correct sinks.clickhouse.url: its port is 8123 by default.',
    );
    other.closeAllConnections();
    other.close();
  });
});
