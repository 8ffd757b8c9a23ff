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
import { ExporterRegistry } from './registry.ts';
import { emptyStats } from '../records/totals/stats.ts';

const POLL = { timeout: 10_000 };
let server: Server;
let base: string;
let hits: string[];
let exporters: ExporterRegistry;

beforeEach(async () => {
  hits = [];
  server = createServer((request, response) => {
    hits.push(request.url ?? '');
    request.resume();
    // Slow enough that an export is running when the settings change.
    request.on('end', () => setTimeout(() => response.end(), 100));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { gpu, inFlight } = { gpu: { gpus: [] }, inFlight: [] };
  exporters = new ExporterRegistry({
    version: '1.2.3',
    log: SILENT_LOG,
    instance: 'test',
    snapshot: () =>
      ({
        seq: 1,
        state: { gpu, inFlight, upstreams: [], updates: NO_UPDATE, cost: null, budgets: [] },
      }) as unknown as Snapshot,
    books: () => [],
    stats: () => emptyStats(0),
    ledger: { lastId: () => null } as unknown as Ledger,
    memory: () => ({ read: () => ({}), write: vi.fn() }),
    onChange: vi.fn(),
  });
});

afterEach(async () => {
  await exporters.stop(1_000);
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

test('the last settings win if they change faster than an exporter stops', async () => {
  void exporters.apply(sendingTo('a'), 1_000);
  await expect.poll(() => hits.some((path) => path.startsWith('/a')), POLL).toBe(true);
  void exporters.apply(sendingTo(null), 1_000);
  await exporters.apply(sendingTo('a'), 1_000);
  expect(exporters.states.map(({ name }) => name)).toEqual(['otlp']);

  void exporters.apply(sendingTo('b'), 1_000);
  await exporters.apply(sendingTo('c'), 1_000);
  hits = [];
  await expect
    .poll(() => hits.filter((path) => path.startsWith('/c')).length, POLL)
    .toBeGreaterThan(2);
  expect(hits.filter((path) => !path.startsWith('/c'))).toEqual([]);
});

test('no exporter starts after the stop', async () => {
  void exporters.apply(sendingTo('a'), 1_000);
  await exporters.stop(1_000);
  await exporters.apply(sendingTo('b'), 1_000);
  expect(exporters.states).toEqual([]);
  expect(hits.filter((path) => path.startsWith('/b'))).toEqual([]);
});
