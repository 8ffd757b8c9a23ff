import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { NO_ENERGY_SUMS } from '../../../../shared/energy-sums.ts';
import { activityRecord, usageOf } from '../../../../tests/support/records.ts';
import { startJob } from './jobs.ts';
import { emptyStats, fillGap, fold, foldEnergy, startPeriod, statsSchema } from './stats.ts';
import { viewTotals } from './view.ts';

const NOON = new Date(2026, 10, 21, 12).getTime();
const DAY = 24 * 3_600_000;
const at = (completedAt: number, id = 1): ReturnType<typeof activityRecord> =>
  activityRecord({ id, startedAt: completedAt - 1_000, completedAt });

describe('totals', () => {
  it('adds known values and ignores unknown ones', () => {
    const stats = [
      { ...at(NOON, 1), usage: usageOf(10, 5) },
      { ...at(NOON, 2), usage: usageOf(null, null) },
      { ...at(NOON, 3), usage: usageOf(8, 2, 'estimated'), error: 'client_aborted' as const },
    ].reduce(fold, emptyStats(NOON));
    expect(viewTotals(stats, NOON).ever.all).toMatchObject({
      requests: 3,
      errors: 1,
      inputTokens: 18,
      outputTokens: 7,
      estimatedTokens: 10,
      unmeteredRequests: 1,
    });
    expect(stats.lastId).toBe(3);
  });

  it('does not list models unknown to the server; their failures count under no model', () => {
    const unknown = {
      model: 'ghost',
      countedModel: null,
      error: 'http_error',
      status: 404,
    } as const;
    const stats = [at(NOON, 1), { ...at(NOON, 2), ...unknown }].reduce(fold, emptyStats(NOON));
    const { ever } = viewTotals(stats, NOON);
    expect(ever.all).toMatchObject({ requests: 2, errors: 1 });
    expect(ever.models).toMatchObject([
      { model: 'qwen3:8b', requests: 1, errors: 0 },
      { model: 'unknown model', requests: 1, errors: 1 },
    ]);
    expect(stats.series.map(({ model }) => model)).toEqual(['qwen3:8b', 'unknown model']);
  });

  it('counts an exchange into the local day it completed in', () => {
    const midnight = new Date(2026, 10, 22).getTime();
    const acrossMidnight = activityRecord({
      id: 2,
      startedAt: midnight - 5_000,
      completedAt: midnight,
    });
    const stats = fold(fold(emptyStats(NOON), at(NOON)), acrossMidnight);
    expect(viewTotals(stats, midnight).today).toMatchObject({
      date: '2026-11-22',
      all: { requests: 1 },
    });
    expect(viewTotals(stats, midnight).ever.all.requests).toBe(2);
  });

  it('starts a new day without traffic', () => {
    const stats = fold(emptyStats(NOON), at(NOON));
    expect(viewTotals(stats, NOON + DAY).today.all.requests).toBe(0);
    expect(viewTotals(stats, NOON).today.all.requests).toBe(1);
  });

  it('shows the day of the clock when it is set back, and restores the other day later', () => {
    const moments = [NOON, NOON + DAY, NOON + DAY, NOON, NOON];
    const stats = moments.map((moment, i) => at(moment, i + 1)).reduce(fold, emptyStats(NOON));
    const { today } = viewTotals(stats, NOON);
    expect(today).toMatchObject({ date: '2026-11-21', all: { requests: 3 } });
    expect(viewTotals(stats, NOON + DAY).today).toMatchObject({
      date: '2026-11-22',
      all: { requests: 2 },
    });
    expect(viewTotals(stats, NOON - DAY).today).toMatchObject({
      date: '2026-11-20',
      all: { requests: 0 },
    });
    expect(viewTotals(stats, NOON).ever.all.requests).toBe(5);
  });

  it('counts late records of earlier days without losing the kept days', () => {
    const gap = { after: 1, before: 9 };
    const since = [at(NOON, 10), at(NOON + DAY, 11)].reduce(fold, { ...emptyStats(NOON), gap });
    const late = [at(NOON - 2 * DAY, 2), at(NOON - DAY, 3), at(NOON, 4)];
    const stats = fillGap(since, late);
    expect(viewTotals(stats, NOON).today.all.requests).toBe(2);
    expect(viewTotals(stats, NOON + DAY).today.all.requests).toBe(1);
    expect(stats).toMatchObject({ lastId: 11, gap: null, ever: { all: { requests: 5 } } });
    expect(fillGap(stats, late)).toBe(stats);
  });

  it('begins with the oldest row of a gap that begins with the first row', () => {
    const rows = [at(NOON - 5_000, 1), at(NOON - 9_000, 2)];
    const filled = (after: number): number =>
      fillGap({ ...emptyStats(NOON), gap: { after, before: 10 } }, rows).since;
    expect(filled(0)).toBe(NOON - 10_000);
    expect(filled(1)).toBe(NOON);
  });

  it('counts requests without inference separately', () => {
    const stats = fold(emptyStats(NOON), { ...at(NOON), inference: false });
    expect(viewTotals(stats, NOON).today).toMatchObject({
      otherRequests: 1,
      all: { requests: 0 },
      models: [],
    });
  });

  it('weights a model speed by tokens and skips exchanges without one', () => {
    const rates = (outputTokensPerSecond: number | null): ReturnType<typeof at>['rates'] => ({
      ...activityRecord().rates,
      outputTokensPerSecond,
    });
    const stats = [
      { ...at(NOON, 1), usage: usageOf(1, 100), rates: rates(100) },
      { ...at(NOON, 2), usage: usageOf(1, 100), rates: rates(50) },
      { ...at(NOON, 3), usage: usageOf(1, 900), rates: rates(null) },
    ].reduce(fold, emptyStats(NOON));
    // 200 tokens took 1 s + 2 s.
    expect(viewTotals(stats, NOON).ever.models[0]?.outputTokensPerSecond).toBeCloseTo(200 / 3, 6);
  });

  it('leaves estimated speeds out of a model speed, which could not be marked', () => {
    const output = (
      rate: number,
      mark: 'derived' | 'estimated',
    ): ReturnType<typeof at>['rates'] => ({
      promptTokensPerSecond: null,
      outputTokensPerSecond: rate,
      provenance: { prompt: null, output: mark },
    });
    const guess = { usage: usageOf(1, 400), rates: output(50_000, 'estimated') };
    const alone = fold(emptyStats(NOON), { ...at(NOON, 1), ...guess });
    expect(viewTotals(alone, NOON).ever.models[0]).toMatchObject({
      outputTokens: 400,
      outputTokensPerSecond: null,
    });
    const exact = { ...at(NOON, 2), usage: usageOf(1, 20), rates: output(20, 'derived') };
    expect(viewTotals(fold(alone, exact), NOON).ever.models[0]?.outputTokensPerSecond).toBe(20);
  });

  it('counts a record once, however often it is replayed', () => {
    const once = fold(emptyStats(NOON), at(NOON, 4));
    expect(fold(fold(once, at(NOON, 4)), at(NOON, 3))).toBe(once);
  });

  it('sums by endpoint, architecture, API, upstream, operation, client, key and feature', () => {
    const record = activityRecord({
      completedAt: NOON,
      client: { ...activityRecord().client, application: 'curl', key: 'ab…cd' },
      features: { tools: true, structuredOutput: true, images: false, thinking: null },
      energyJoules: 12,
    });
    const { ever } = fold(emptyStats(NOON), record);
    expect(Object.fromEntries(Object.entries(ever.by).map(([k, v]) => [k, v[0]?.name]))).toEqual({
      model: 'qwen3:8b',
      endpoint: '/api/chat',
      api: 'ollama',
      architecture: 'qwen3',
      upstream: 'ollama',
      operation: 'chat',
      client: 'curl',
      key: 'ab…cd',
    });
    expect(ever.features).toEqual({ toolCalls: 1, structuredOutput: 1, images: 0, thinking: 0 });
    expect(ever.all.energyJoules).toBe(12);
  });

  it('has no energy until an exchange with known energy, then sums known values', () => {
    const unknown = fold(emptyStats(NOON), at(NOON, 1));
    expect(unknown.ever.all.energyJoules).toBeNull();
    expect(unknown.ever.by.model[0]?.energyJoules).toBeNull();
    const joules = [12, null, 0.5];
    const stats = joules
      .map((energyJoules, i) => ({ ...at(NOON, i + 2), energyJoules }))
      .reduce(fold, unknown);
    expect(stats.ever.all.energyJoules).toBe(12.5);
    expect(viewTotals(stats, NOON).today.models[0]?.energyJoules).toBe(12.5);
  });

  it('reads the 0 that earlier versions wrote for unknown energy', () => {
    const unknown = fold(emptyStats(NOON), at(NOON, 1));
    const text = JSON.stringify(unknown);
    const older = text.replaceAll('"energyJoules":null', '"energyJoules":0');
    expect(older).not.toBe(text);
    expect(parse(statsSchema, JSON.parse(older))).toEqual(unknown);
    expect(parse(statsSchema, JSON.parse(text))).toEqual(unknown);
    const known = fold(unknown, { ...at(NOON, 2), energyJoules: 3 });
    expect(parse(statsSchema, JSON.parse(JSON.stringify(known)))).toEqual(known);
  });

  it('has no sums of the parts of energy in totals of earlier versions, and adds to them', () => {
    const energyParts = {
      netJoules: 2,
      prefillJoules: null,
      decodeJoules: null,
      measuredShare: 1,
      hasOtherWork: null,
    };
    const known = { ...at(NOON, 1), energyJoules: 3, energyParts };
    const counted = fold(emptyStats(NOON), known);
    expect(counted.ever.by.model[0]).toMatchObject({ energyNetJoules: 2, ratedOutputTokens: 42 });
    const text = JSON.stringify(counted);
    const older = parse(
      statsSchema,
      JSON.parse(text, (key, value: unknown) => (key in NO_ENERGY_SUMS ? undefined : value)),
    );
    expect(older.ever.all).toMatchObject({ energyJoules: 3, ...NO_ENERGY_SUMS });
    const both = fold(older, { ...known, id: 2 });
    expect(both.ever.all).toMatchObject({ energyJoules: 6, energyNetJoules: 2, ratedJoules: 3 });
    expect(parse(statsSchema, JSON.parse(JSON.stringify(both)))).toEqual(both);
  });

  it('starts a period without changing the totals since the first start', () => {
    const first = fold(emptyStats(NOON), at(NOON, 1));
    // Record 2 belongs to the earlier period, although it is folded in later.
    const stats = [at(NOON, 2), at(NOON, 3)].reduce(fold, startPeriod(first, NOON, 2));
    expect(stats.period.all.requests).toBe(1);
    expect(stats.ever.all.requests).toBe(3);
  });

  it('accepts any name of a model, and merges names beyond the limit', () => {
    let stats = fold(emptyStats(NOON), { ...at(NOON), countedModel: '__proto__' });
    for (let i = 0; i < 300; i += 1) {
      stats = fold(stats, { ...at(NOON, i + 2), countedModel: `m${i}` });
    }
    const { models } = viewTotals(stats, NOON).ever;
    expect(models.find((m) => m.model === '__proto__')?.requests).toBe(1);
    expect(models.find((m) => m.model === 'other models')?.requests).toBe(101);
  });
});

describe('energy that comes after the record', () => {
  it('makes the same totals as energy that comes with it', () => {
    const energy = { energyJoules: 120, energyParts: null };
    const later = { energyJoules: null, energyParts: null };
    const start = emptyStats(NOON);
    const job = startJob([], 'all', {}, { now: NOON, lastId: 0 });
    const begun = { ...start, jobs: job };
    const records = [at(NOON, 1), at(NOON + DAY, 2), at(NOON + DAY, 3)];
    const together = records.map((one) => ({ ...one, ...energy })).reduce(fold, begun);
    const apart = records.map((one) => ({ ...one, ...later })).reduce(fold, begun);
    expect(apart).not.toEqual(together);
    const completed = records.map((one) => ({ ...one, ...energy })).reduce(foldEnergy, apart);
    expect(completed).toEqual(together);
  });

  it('is left out of a day that is no longer kept, and of a period that began later', () => {
    const late = { ...at(NOON, 1), energyJoules: 120, energyParts: null };
    const records = [{ ...late, energyJoules: null }, at(NOON + DAY, 2), at(NOON + 2 * DAY, 3)];
    const stats = startPeriod(records.reduce(fold, emptyStats(NOON)), NOON, 3);
    const completed = foldEnergy(stats, late);
    const before = stats.ever.all.energyJoules ?? 0;
    expect(completed.ever.all.energyJoules).toBeCloseTo(before + 120, 6);
    expect(completed.today).toEqual(stats.today);
    expect(completed.otherDay).toEqual(stats.otherDay);
    expect(completed.period).toEqual(stats.period);
  });
});
