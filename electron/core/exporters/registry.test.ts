import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { NO_UPDATE } from '../../../shared/slices.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import { SILENT_LOG } from '../log.ts';
import { Outlets } from './registry.ts';
import { emptyStats } from '../records/totals/stats.ts';

const POLL = { timeout: 10_000 };
let server: Server;
let base: string;
let hits: string[];
let outlets: Outlets;

beforeEach(async () => {
  hits = [];
  server = createServer((request, response) => {
    hits.push(request.url ?? '');
    request.resume();
    // Slow enough that an export is under way when the settings change.
    request.on('end', () => setTimeout(() => response.end(), 100));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { gpu, inFlight } = { gpu: { gpus: [] }, inFlight: [] };
  outlets = new Outlets({
    version: '1.2.3',
    log: SILENT_LOG,
    instance: 'test',
    snapshot: () =>
      ({
        seq: 1,
        state: { gpu, inFlight, upstreams: [], updates: NO_UPDATE },
      }) as unknown as Snapshot,
    stats: () => emptyStats(0),
    ledger: { lastId: () => null } as unknown as Ledger,
    memory: () => ({ read: () => ({}), write: vi.fn() }),
    onChange: vi.fn(),
  });
});

afterEach(async () => {
  await outlets.stop(1_000);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const sendingTo = (path: string | null): Settings => ({
  ...DEFAULT_SETTINGS,
  otlp: {
    ...DEFAULT_SETTINGS.otlp,
    url: path === null ? null : `${base}/${path}`,
    intervalMs: 50,
  },
});

test('settings that change faster than an outlet stops end as the last ones say', async () => {
  void outlets.apply(sendingTo('a'), 1_000);
  await expect.poll(() => hits.some((path) => path.startsWith('/a')), POLL).toBe(true);
  void outlets.apply(sendingTo(null), 1_000);
  await outlets.apply(sendingTo('a'), 1_000);
  expect(outlets.states.map(({ name }) => name)).toEqual(['otlp']);

  void outlets.apply(sendingTo('b'), 1_000);
  await outlets.apply(sendingTo('c'), 1_000);
  hits = [];
  await expect
    .poll(() => hits.filter((path) => path.startsWith('/c')).length, POLL)
    .toBeGreaterThan(2);
  expect(hits.filter((path) => !path.startsWith('/c'))).toEqual([]);
});

test('once stopped, nothing begins any more', async () => {
  void outlets.apply(sendingTo('a'), 1_000);
  await outlets.stop(1_000);
  await outlets.apply(sendingTo('b'), 1_000);
  expect(outlets.states).toEqual([]);
  expect(hits.filter((path) => path.startsWith('/b'))).toEqual([]);
});
