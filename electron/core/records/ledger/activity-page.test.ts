import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { activityPage } from './activity-page.ts';
import { activityPositions } from './activity-positions.ts';
import { append } from './append.ts';
import type { Db } from './database.ts';
import { NameReader, NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import type { ActivityFilter } from './query-schemas.ts';
import { flatten } from './rows.ts';
import { sortedActivity } from './sorted-activity.ts';

const { folder, remove } = temporaryFolder();
const records = madeUp(3_000);
let db: Db;
let names: NameReader;

beforeAll(() => {
  ({ db } = openFile(join(folder, 'ledger.db'), NOON));
  const writer = new NameWriter(db);
  for (let begin = 0; begin < records.length; begin += 500) {
    const rows = records.slice(begin, begin + 500).map(flatten);
    append(db, writer, { rows, peaks: [], gpu: [] });
  }
  names = new NameReader(db);
});
afterAll(() => {
  db.close();
  remove();
});

/** Records of all kinds. The clock is set back twice, and many end in the same millisecond. */
function madeUp(count: number): ActivityRecord[] {
  let seed = 42;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const one = <T>(values: readonly T[]): T => values[random(values.length)]!;
  let clock = NOON;
  return Array.from({ length: count }, (_, index) => {
    clock += index === 1_000 || index === 2_000 ? -3_600_000 : random(4) * 1_000;
    const status = one([200, 200, 200, 200, 201, 404, 429, 500, null]);
    return record(index + 1, {
      completedAt: clock,
      upstream: one(['ollama', 'ollama', 'vllm']),
      api: one(['ollama', 'openai', 'openai', 'anthropic']),
      operation: one(['chat', 'chat', 'chat', 'embedding', 'rerank']),
      inference: random(10) > 0,
      endpoint: one(['/api/chat', '/v1/chat/completions', '/v1/embed%_dings']),
      model: one(['llama3.2:3b', 'llama3.2:3b', 'qwen3:8b', `rare-${random(40)}`, null]),
      status,
      timing: { ...record(1).timing, durationMs: random(500) },
      energyJoules: random(3) === 0 ? null : random(1_000),
      error: status === null ? 'upstream_died' : status >= 400 ? 'http_error' : null,
      client: {
        application: one(['Open WebUI', 'curl', null]),
        address: null,
        key: one([null, null, 'k1', 'k2']),
        process: one([null, 'agent.py', 'ollama']),
        origin: null,
        tag: null,
        claimsHop: false,
      },
    });
  });
}

function fits(row: ActivityRecord, filter: ActivityFilter): boolean {
  const text = filter.text?.toLowerCase();
  const checks = [
    filter.from === undefined || row.completedAt >= filter.from,
    filter.to === undefined || row.completedAt < filter.to,
    filter.upstream === undefined || row.upstream === filter.upstream,
    filter.model === undefined || row.model === filter.model,
    filter.application === undefined || row.client.application === filter.application,
    filter.key === undefined || row.client.key === filter.key,
    filter.api === undefined || row.api === filter.api,
    filter.operation === undefined || row.operation === filter.operation,
    filter.error === undefined ||
      (filter.error === 'any' ? row.error !== null : row.error === filter.error),
    filter.statusClass === undefined || Math.floor((row.status ?? 0) / 100) === filter.statusClass,
    filter.inference === undefined || row.inference === filter.inference,
    text === undefined || searched(row).some((name) => name?.toLowerCase().includes(text)),
  ];
  return checks.every(Boolean);
}

function searched({ client, ...row }: ActivityRecord): (string | null)[] {
  const own = [row.model, row.endpoint, row.upstream, row.error, row.operation, row.api];
  return [...own, row.finishReason, row.architecture, ...[client.application, client.key]];
}

function expected(filter: ActivityFilter): number[] {
  return records
    .filter((row) => fits(row, filter))
    .sort((a, b) => b.completedAt - a.completedAt || b.id - a.id)
    .map(({ id }) => id);
}

/** Reads all pages of a filter. */
function paged(filter: ActivityFilter, limit: number): number[] {
  const ids: number[] = [];
  let cursor: string | null = null;
  do {
    const page = activityPage(db, names, { ...filter, limit, cursor });
    ids.push(...page.rows.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== null);
  return ids;
}

const day = { from: NOON + 600_000, to: NOON + 1_800_000 };
const filters: readonly ActivityFilter[] = [
  {},
  day,
  { from: NOON - 10_000_000, to: NOON },
  { model: 'llama3.2:3b' },
  { model: 'rare-7' },
  { model: null },
  { model: 'never seen' },
  { upstream: 'vllm' },
  { application: 'curl' },
  { application: null },
  { key: 'k1' },
  { api: 'anthropic' },
  { operation: 'rerank' },
  { error: 'any' },
  { error: 'upstream_died' },
  { error: 'refused' },
  { statusClass: 2 },
  { statusClass: 4 },
  { statusClass: 0 },
  { inference: false },
  { inference: true },
  { text: 'RARE-1' },
  { text: 'llama' },
  { text: 'd%_d' },
  { text: '%' },
  { text: 'nothing like it' },
  { text: 'a' },
  { text: 'curl' },
  { text: 'k2' },
  { text: 'anthropic', statusClass: 2 },
  { text: 'upstream_' },
  { text: 'rare', ...day },
  { text: 'qwen', key: 'k2', ...day },
  { text: 'rare-7', statusClass: 5 },
  { model: 'qwen3:8b', upstream: 'vllm', statusClass: 2, key: 'k1' },
  { model: 'rare-3', error: 'any', inference: true },
  { operation: 'embedding', api: 'openai', application: 'curl', ...day },
  { statusClass: 2, error: 'any' },
];

/** Reads every step of a filter from its positions, in reverse. */
function jumped(filter: ActivityFilter, step: number): { rows: number; ids: number[] } {
  const starts: (string | null)[] = [null];
  let rows = 0;
  let cursor: string | null = null;
  do {
    const found = activityPositions(db, names, { ...filter, step, cursor });
    rows += found.rows;
    starts.push(...found.cursors);
    cursor = found.nextCursor;
  } while (cursor !== null);
  const pages = starts
    .toReversed()
    .map((start) => activityPage(db, names, { ...filter, limit: step, cursor: start }).rows);
  return { rows, ids: pages.reverse().flatMap((page) => page.map(({ id }) => id)) };
}

describe('the positions of activity', () => {
  test.each(filters)('count the rows of %j and reach each of them', (filter) => {
    const wanted = expected(filter);
    expect(jumped(filter, 20)).toEqual({ rows: wanted.length, ids: wanted });
  });
});

describe('sorted activity', () => {
  test.each(filters)('has the rows of %j with the greatest and least figures', async (filter) => {
    for (const [direction, sign] of [
      ['descending', -1],
      ['ascending', 1],
    ] as const) {
      const query = { ...filter, by: 'duration', direction, limit: 25 } as const;
      const found = await sortedActivity(db, names, query, () => Promise.resolve());
      const fitting = records.filter((row) => fits(row, filter));
      const wanted = fitting.sort(
        (a, b) => sign * (a.timing.durationMs - b.timing.durationMs) || b.id - a.id,
      );
      expect(found.activity.map(({ id }) => id)).toEqual(wanted.slice(0, 25).map(({ id }) => id));
      expect([found.compared, found.isComplete]).toEqual([wanted.length, true]);
    }
  });

  test('leaves out rows without the figure', async () => {
    const query = { by: 'energy', direction: 'descending', limit: 10 } as const;
    const found = await sortedActivity(db, names, query, () => Promise.resolve());
    expect(found.activity.every(({ energyJoules }) => energyJoules !== null)).toBe(true);
    expect(found.compared).toBe(records.length);
  });
});

describe('a page of activity', () => {
  test.each(filters)('finds exactly the rows of %j, in order, page by page', (filter) => {
    const wanted = expected(filter);
    expect(paged(filter, 37)).toEqual(wanted);
    expect(paged(filter, 500)).toEqual(wanted);
  });

  test('continues at its cursor while rows are added', () => {
    const first = activityPage(db, names, { limit: 10 });
    const writer = new NameWriter(db);
    const late = record(10_000, { completedAt: NOON + 90_000_000 });
    append(db, writer, { rows: [flatten(late)], peaks: [], gpu: [] });
    const second = activityPage(db, names, { limit: 10, cursor: first.next });
    expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(expected({}).slice(0, 20));
    db.run('DELETE FROM activity WHERE id = 10000');
  });
});
