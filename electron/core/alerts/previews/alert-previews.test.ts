import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlertPreview } from '../../../../shared/alert-history.ts';
import { alertRuleSchema, alertsSchema } from '../../../../shared/alerts.ts';
import type { AlertRuleInput } from '../../../../shared/alerts.ts';
import { GPU_STARTING } from '../../../../shared/gpu.ts';
import { amount, sentence } from '../../../../shared/sentences.ts';
import type { State } from '../../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder, workerBundle } from '../../../../tests/faults/ledger-support.ts';
import { scenario } from '../../../../tests/support/scenarios.ts';
import { SILENT_LOG } from '../../log.ts';
import { openLedger } from '../../records/ledger/open-ledger.ts';
import type { Ledger } from '../../records/ledger/ledger.ts';
import { emptyStats } from '../../records/totals/stats.ts';
import { AlertEngine } from '../engine.ts';
import { AlertPreviews } from './alert-previews.ts';
import { pastRows } from './past-rows.ts';

// The engine is run for an hour, second by second.
vi.setConfig({ testTimeout: 60_000 });

const MINUTE = 60_000;
const NOON = new Date(2026, 10, 21, 12).getTime();
const STATE: State = { ...scenario('empty', NOON).state, gpu: GPU_STARTING };
let ledger: Ledger;
let remove = (): void => undefined;

beforeEach(async () => {
  const made = temporaryFolder();
  ({ remove } = made);
  const file = join(made.folder, 'ledger.db');
  ledger = openLedger({ file, log: SILENT_LOG, workerPath: await workerBundle() });
  await ledger.ready;
});
afterEach(async () => {
  await ledger.close();
  remove();
});

type Rule = Omit<AlertRuleInput, 'name'>;

function preview(rule: Rule, from = NOON, to = NOON + 60 * MINUTE): Promise<AlertPreview> {
  const stats = () => emptyStats(NOON);
  const previews = new AlertPreviews({ ledger, state: () => STATE, stats });
  const { signal } = new AbortController();
  return previews.preview({
    rule: v.parse(alertRuleSchema, { name: 'x', ...rule }),
    from,
    to,
    signal,
  });
}

let id = 0;
function exchange(at: number, given: Partial<ActivityRecord> & { readonly ms?: number } = {}) {
  const { ms = 100, ...rest } = given;
  const row = record((id += 1), { completedAt: at, startedAt: at - ms, ...rest });
  return { ...row, timing: { ...row.timing, durationMs: ms } };
}

function store(rows: readonly ActivityRecord[]): void {
  for (const row of rows) ledger.append(row);
}

/** When the engine fires and resolves, second by second. */
function engineTimes(rule: Rule, rows: readonly ActivityRecord[], from: number, to: number) {
  let now = from;
  const engine = new AlertEngine({
    sources: { state: () => STATE, stats: () => emptyStats(NOON) },
    ...{ log: SILENT_LOG, onChange: () => undefined, onWarning: () => undefined },
    clock: () => ({ steady: now, wall: now }),
  });
  engine.apply(v.parse(alertsSchema, { rules: [{ name: 'x', ...rule }] }));
  const times: [string | null, number, number][] = [];
  const open = new Map<string | null, number>();
  let next = 0;
  for (; now < to; now += 1_000) {
    for (; (rows[next]?.completedAt ?? Infinity) <= now; next += 1) engine.observe(rows[next]!);
    engine.tick();
    for (const { subject, status } of engine.states) {
      const fired = open.get(subject);
      if (status === 'firing' && fired === undefined) open.set(subject, now);
      if (status !== 'resolved' || fired === undefined) continue;
      times.push([subject, fired, now]);
      open.delete(subject);
    }
  }
  return times;
}

describe('a preview of figures of requests', () => {
  it.each<[string, Rule]>([
    ['latency', { figure: 'latency_ms', threshold: 1_000, by: 'model', forMs: 30_000 }],
    ['errors', { figure: 'error_percent', threshold: 30, minRequests: 3, keepFiringMs: MINUTE }],
    ['a rate', { figure: 'errors_per_minute', threshold: 2, windowMs: MINUTE }],
  ])('tells when the engine would have fired: %s', async (_, rule) => {
    const rows = Array.from({ length: 400 }, (__, i) => {
      const isBad = Math.floor(i / 40) % 3 === 1;
      const at = NOON + i * 7_000 + (isBad ? 0 : (i % 5) * 900);
      return exchange(at, {
        ms: isBad ? 4_000 : 200,
        error: isBad && i % 2 === 0 ? 'http_error' : null,
        countedModel: i % 4 === 0 ? 'other:1b' : 'llama3.2:3b',
      });
    }).sort((a, b) => a.completedAt - b.completedAt);
    const stored = rows.map((row, i) => ({ ...row, id: i + 1 }));
    store(stored);
    const end = NOON + 60 * MINUTE;
    const told = await preview(rule);
    const expected = engineTimes(rule, stored, NOON, end);
    expect(expected.length).toBeGreaterThan(1);
    expect(told).toMatchObject({ isKnown: true, count: expected.length });
    const near = told.alerts.map(({ subject }) => subject);
    expect(near.sort()).toEqual(expected.map(([subject]) => subject).sort());
    for (const [subject, from, to] of expected) {
      const found = told.alerts.find(
        (each) => each.subject === subject && Math.abs(each.from - from) <= 11_000,
      );
      expect(found, `${subject} ${from}`).toBeDefined();
      expect(Math.abs((found?.to ?? Infinity) - to)).toBeLessThanOrEqual(11_000);
    }
  });

  it('has the peak, and no end for what lasts until the end of the range', async () => {
    store([1_500, 9_000, 3_000].map((ms, i) => exchange(NOON + 59 * MINUTE + i * 1_000, { ms })));
    const rule: Rule = { figure: 'latency_ms', threshold: 1_000, percentile: 99 };
    const { alerts } = await preview(rule);
    expect(alerts).toMatchObject([{ subject: null, to: null }]);
    expect(alerts[0]?.peakValue).toBeGreaterThan(8_800);
  });

  it('fills the window from before the range, and leaves out what was over', async () => {
    store([exchange(NOON - 30 * MINUTE, { ms: 9_000 }), exchange(NOON - MINUTE, { ms: 9_000 })]);
    const { alerts, count } = await preview({ figure: 'latency_ms', threshold: 1_000 });
    expect(count).toBe(1);
    expect(alerts[0]?.from).toBeLessThan(NOON);
  });
});

describe('a preview of other figures', () => {
  it('sums up each local day anew', async () => {
    const day = 24 * 60 * MINUTE;
    store(Array.from({ length: 9 }, (_, i) => exchange(NOON + i * MINUTE + (i > 4 ? day : 0))));
    const rule: Rule = { figure: 'requests_today', threshold: 3, by: 'client' };
    const told = await preview(rule, NOON - day, NOON + 2 * day);
    expect(
      told.alerts.map(({ from, subject }) => [subject, Math.round((from - NOON) / MINUTE)]),
    ).toEqual([
      ['Open WebUI', 3],
      ['Open WebUI', day / MINUTE + 8],
    ]);
  });

  it('counts the requests that were in flight together', async () => {
    store([
      exchange(NOON + 10 * MINUTE, { ms: 5 * MINUTE }),
      exchange(NOON + 11 * MINUTE, { ms: 5 * MINUTE }),
      exchange(NOON + 30 * MINUTE, { ms: MINUTE }),
    ]);
    const { alerts } = await preview({ figure: 'requests_in_flight', threshold: 1 });
    expect(alerts).toEqual([
      { subject: null, from: NOON + 6 * MINUTE, to: NOON + 10 * MINUTE, peakValue: 2 },
    ]);
  });

  it('judges GPUs by their samples, and knows nothing where there are none', async () => {
    const gpu = { index: 0, id: 'GPU-0', name: 'RTX', vendor: 'nvidia' as const };
    const none = { memoryUsedBytes: null, memoryTotalBytes: null, powerLimitW: null };
    for (let minute = 0; minute < 60; minute += 1) {
      const isHot = minute >= 10 && minute < 20;
      const temperatureC = isHot ? 92 : 60;
      const reading = { ...gpu, ...none, temperatureC, utilizationPercent: 50, powerW: 100 };
      const at = NOON + minute * MINUTE;
      if (minute < 30) {
        ledger.appendGpu({
          status: 'live',
          source: 'x',
          note: null,
          noteSentence: null,
          at,
          gpus: [reading],
        });
      }
    }
    await ledger.flush();
    const rule: Rule = { figure: 'gpu_temperature_celsius', threshold: 85, by: 'gpu' };
    expect(await preview(rule)).toMatchObject({
      isKnown: true,
      count: 1,
      alerts: [{ subject: '0', from: NOON + 10 * MINUTE, to: NOON + 20 * MINUTE, peakValue: 92 }],
    });
  });

  it.each(['upstream_down', 'output_tokens_per_second', 'ledger_degraded'] as const)(
    'says why the past of %s is not known',
    async (figure) => {
      const told = await preview({ figure, threshold: 1 });
      expect(told).toMatchObject({ isKnown: false, count: 0, alerts: [], resolutionMs: null });
      expect(told.note).toMatch(/stored/);
    },
  );
});

it('takes the newest of too many rows and says so', async () => {
  store(Array.from({ length: 20 }, (_, i) => ({ ...exchange(NOON + i * MINUTE), id: i + 1 })));
  const range = { from: NOON, to: NOON + 60 * MINUTE };
  const rows = await pastRows({ ledger }, range, 5);
  const ids: number[] = [];
  for await (const batch of rows.batches) ids.push(...batch.map((row) => row.id));
  expect(ids).toEqual([16, 17, 18, 19, 20]);
  expect(rows).toMatchObject({
    from: NOON + 15 * MINUTE,
    note: sentence('past_newest', { count: amount(5, 'count') }),
  });
});
