import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExporterState } from '../../shared/slices.ts';
import type { Wire } from '../../shared/wire.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { ENGINES, tallyOf } from '../support/sink-engines.ts';
import type { EngineServer } from '../support/sink-engines.ts';
import { until } from '../support/sink-lab.ts';

const obstacle = ENGINES.map((engine) => engine.obstacle).find((reason) => reason !== null);
const skipped = obstacle === undefined ? '' : ` (skipped: ${obstacle})`;
const PLACE = 'app';

interface ApiRow {
  readonly id: number;
  readonly usage: { readonly input_tokens: number | null; readonly output_tokens: number | null };
}

/** Sends chats, three at a time, until it is told to stop. */
function startLoad(tokwatt: Headless): { stop(): Promise<void> } {
  let isOver = false;
  const body = JSON.stringify({ model: MODEL, messages: [], prompt: 'x', stream: false });
  const client = async (): Promise<void> => {
    while (!isOver) {
      await fetch(`${tokwatt.proxy}/api/generate`, { method: 'POST', body })
        .then((answer) => answer.text())
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const clients = Promise.all([client(), client(), client()]);
  return {
    stop: async () => {
      isOver = true;
      await clients;
    },
  };
}

async function allRows(tokwatt: Headless): Promise<ApiRow[]> {
  const rows: ApiRow[] = [];
  let cursor = '';
  for (;;) {
    const page = (await tokwatt.get(`/api/activity?limit=1000${cursor}`)) as {
      activity: ApiRow[];
      next_cursor: string | null;
    };
    rows.push(...page.activity);
    if (page.next_cursor === null) return rows;
    cursor = `&cursor=${page.next_cursor}`;
  }
}

async function exporters(tokwatt: Headless): Promise<Wire<ExporterState>[]> {
  return ((await tokwatt.get('/api/exporters')) as { exporters: Wire<ExporterState>[] }).exporters;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(obstacle !== undefined)(`both databases under the whole program${skipped}`, () => {
  let upstream: RecordedUpstream;
  let servers: EngineServer[] = [];
  let dataDir = '';
  beforeAll(async () => {
    upstream = await startRecordedUpstream();
    servers = await Promise.all(ENGINES.map((engine) => engine.start()));
    dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-sinks-'));
    const [postgres, clickhouse] = servers.map((server) => server.settings(PLACE));
    const sinks = { postgres: postgres?.postgres, clickhouse: clickhouse?.clickhouse };
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ sinks }));
  });
  afterAll(async () => {
    await upstream.stop();
    await Promise.all(servers.map((server) => server.dispose()));
    rmSync(dataDir, { recursive: true, force: true });
  });

  const start = (): Promise<Headless> =>
    startHeadless({ args: ['--upstream', upstream.url, '--log-level', 'warn'], dataDir });

  /** Every exchange of the ledger, once in each database, with its tokens. */
  async function expectAllOnce(tokwatt: Headless): Promise<number> {
    const rows = await until(
      () => allRows(tokwatt),
      (seen) => seen.length > 0,
    );
    const sum = (key: 'input_tokens' | 'output_tokens'): number =>
      rows.reduce((total, { usage }) => total + (usage[key] ?? 0), 0);
    for (const server of servers) {
      const tally = await until(
        () => tallyOf(server, PLACE, server.final),
        ({ distinct }) => distinct >= rows.length,
      );
      expect(tally).toEqual({
        rows: rows.length,
        distinct: rows.length,
        input: sum('input_tokens'),
        output: sum('output_tokens'),
      });
    }
    return rows.length;
  }

  it('have each exchange once after being unavailable for a while', async () => {
    const tokwatt = await start();
    const load = startLoad(tokwatt);
    await until(
      () => exporters(tokwatt),
      (states) => states.length === 2 && states.every((state) => state.last_success_at !== null),
    );
    await Promise.all(servers.map((server) => server.kill()));
    await until(
      () => exporters(tokwatt),
      (states) => states.every(({ status, behind }) => status === 'failing' && (behind ?? 0) > 100),
    );
    await Promise.all(servers.map((server) => server.start()));
    await until(
      () => exporters(tokwatt),
      (states) => states.every(({ status }) => status === 'ok'),
    );
    await load.stop();
    const rows = await expectAllOnce(tokwatt);
    expect(rows).toBeGreaterThan(100);
    expect(await tokwatt.stop()).toBe(0);
    expect(tokwatt.stderr()).not.toContain('p4ss');
  }, 120_000);

  it('have each exchange once when Tokwatt is killed again and again', async () => {
    for (let kill = 0; kill < 5; kill += 1) {
      const tokwatt = await start();
      const load = startLoad(tokwatt);
      await sleep(600 + Math.random() * 2_000);
      await tokwatt.stop('SIGKILL');
      await load.stop();
    }
    const last = await start();
    await expectAllOnce(last);
    expect(await last.stop()).toBe(0);
    for (const server of servers) {
      const { final } = server;
      const [sums] = await server.rows(PLACE, `SELECT sum(requests) AS n FROM rollups${final}`);
      const [rows] = await server.rows(PLACE, `SELECT count(*) AS n FROM exchanges${final}`);
      expect(Number(sums?.n)).toBe(Number(rows?.n));
    }
  }, 120_000);

  it('get the remaining rows when it stops', async () => {
    const tokwatt = await start();
    const load = startLoad(tokwatt);
    await sleep(1_500);
    await load.stop();
    await tokwatt.stop();
    const tallies = await Promise.all(
      servers.map((server) => tallyOf(server, PLACE, server.final)),
    );
    const again = await start();
    const rows = await allRows(again);
    expect(tallies.map((tally) => tally.rows)).toEqual([rows.length, rows.length]);
    await again.stop();
  });
});
