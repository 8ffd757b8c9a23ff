/** Checks figures of a running Tokwatt that must hold for any changes of the clock. */
import { expect } from 'vitest';
import { DAY_MS } from './clock.ts';
import type { SettableClock } from './clock.ts';
import { allRows, ask, call } from './control-api.ts';
import type { Row } from './control-api.ts';
import type { Headless } from './headless.ts';

interface Sums {
  readonly requests: number;
  readonly errors: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

interface Usage {
  readonly totals: Sums;
  readonly today: { readonly date: string; readonly totals: Sums };
}

/**
 * Compares totals, days, charts, pages and exports with the rows of `/api/activity`. The current
 * day must be one of the last two days counted, because `today` covers only those. All rows must be
 * inference. Returns the requests of each local day, oldest first.
 */
export async function expectInStep(
  tokwatt: Headless,
  clock: SettableClock,
  zone: string,
): Promise<Map<string, number>> {
  const rows = await allRows(tokwatt);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  rows.forEach(expectSound);
  const usage = await ask<Usage>(tokwatt, 'GET', '/api/usage');
  expect(usage.totals).toMatchObject(sumsOf(rows));

  const dayOf = days(zone);
  const today = dayOf(clock.now());
  expect(usage.today.date).toBe(today);
  const ofToday = rows.filter((row) => dayOf(row.completed_at) === today);
  expect(usage.today.totals).toMatchObject(sumsOf(ofToday));

  const byDay = grouped(rows, (row) => dayOf(row.completed_at));
  const { rollups } = await ask<{ rollups: (Sums & { day: string })[] }>(
    tokwatt,
    'GET',
    '/api/rollups',
  );
  expect(rollups.map(({ day }) => day)).toEqual([...byDay.keys()]);
  for (const rollup of rollups) expect(rollup).toMatchObject(sumsOf(byDay.get(rollup.day) ?? []));
  await expectCharts(tokwatt, rows);
  await expectPages(tokwatt, rows);
  return new Map([...byDay].map(([day, each]) => [day, each.length]));
}

/** Checks that no time in a row runs backwards. */
function expectSound(row: Row): void {
  expect(row.inference).toBe(true);
  expect(row.completed_at).toBeGreaterThanOrEqual(row.started_at);
  for (const ms of Object.values(row.timing)) expect(ms ?? 0).toBeGreaterThanOrEqual(0);
  const { output_tokens_per_second: output, prompt_tokens_per_second: prompt } = row.rates;
  for (const rate of [output, prompt]) expect(rate ?? 0).toBeGreaterThanOrEqual(0);
}

function sumsOf(rows: readonly Row[]): Sums {
  const sum = (of: (row: Row) => number | null): number =>
    rows.reduce((total, row) => total + (of(row) ?? 0), 0);
  return {
    requests: rows.length,
    errors: rows.filter(({ error }) => error !== null).length,
    input_tokens: sum(({ usage }) => usage.input_tokens),
    output_tokens: sum(({ usage }) => usage.output_tokens),
  };
}

/** Groups rows by a key, lowest key first. */
function grouped<Key extends string | number>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Computes the local day of a time independently of the product. */
function days(zone: string): (unixMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  return (unixMs) => format.format(unixMs);
}

async function expectCharts(tokwatt: Headless, rows: readonly Row[]): Promise<void> {
  const ends = rows.map((row) => row.completed_at);
  const from = Math.min(...ends) - DAY_MS;
  const to = Math.max(...ends) + DAY_MS;
  for (const bucketMs of [300_000, 3_600_000]) {
    const { points } = await ask<{ points: (Sums & { at: number })[] }>(
      tokwatt,
      'GET',
      `/api/series?bucket_ms=${bucketMs}&from=${from}&to=${to}`,
    );
    const buckets = grouped(rows, (row) => Math.floor(row.completed_at / bucketMs) * bucketMs);
    // A bucket may exist only because exchanges were in flight in it.
    const full = points.filter(({ requests }) => requests > 0);
    expect(full.map(({ at }) => at)).toEqual([...buckets.keys()]);
    for (const point of full) expect(point).toMatchObject(sumsOf(buckets.get(point.at) ?? []));
  }
}

/**
 * Checks that small pages give the same rows in the same order, and that exports and metrics
 * answer.
 */
async function expectPages(tokwatt: Headless, rows: readonly Row[]): Promise<void> {
  const paged = await allRows(tokwatt, 'limit=7');
  expect(paged.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  const ends = rows.map(({ completed_at: at }) => at);
  expect(ends).toEqual([...ends].sort((a, b) => b - a));
  const exported = await call(tokwatt, 'GET', '/api/export/activity?format=ndjson');
  expect(exported.text.trim().split('\n').filter(Boolean)).toHaveLength(rows.length);
  const { status, text } = await call(tokwatt, 'GET', '/metrics');
  expect(status).toBe(200);
  expect(/^tokwatt_\S* -\d/m.exec(text)).toBeNull();
  for (const path of [
    '/api/percentiles',
    '/api/top?by=model',
    '/api/health',
    '/api/data/summary',
  ]) {
    expect((await call(tokwatt, 'GET', path)).status).toBe(200);
  }
}
