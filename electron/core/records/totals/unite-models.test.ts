import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { activityRecord, usageOf } from '../../../../tests/support/records.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { SILENT_LOG } from '../../log.ts';
import { TotalsStore } from './checkpoint.ts';
import { startJob } from './jobs.ts';
import { emptyStats, fillGap, fold, startPeriod, statsSchema } from './stats.ts';
import type { Stats } from './stats.ts';
import { uniteModels } from './unite-models.ts';
import { viewTotals } from './view.ts';

const NOON = new Date(2026, 10, 21, 12).getTime();
const FORMS = ['plain', 'plain:latest', 'library/plain', 'registry.ollama.ai/library/plain:latest'];
const OLLAMA = { name: 'ollama', kind: 'ollama' };
const VLLM = { name: 'vllm', kind: 'vllm' };

/** Totals of an earlier version: each record under its requested name. */
function oldTotals(records: readonly Partial<ActivityRecord>[], begin = emptyStats(NOON)): Stats {
  return records
    .map((given, i) => activityRecord({ id: i + 1, completedAt: NOON + i, ...given }))
    .reduce(fold, begin);
}

const ours = FORMS.map((model, i) => ({
  model,
  usage: usageOf(100, 10 * (i + 1)),
  energyJoules: i === 0 ? null : i,
  energyParts:
    i === 0
      ? null
      : {
          netJoules: i === 1 ? null : 1,
          prefillJoules: 1,
          decodeJoules: 0,
          measuredShare: 1,
          hasOtherWork: null,
        },
  error: i === 3 ? ('incomplete' as const) : null,
}));
const vllm = ['plain', 'plain:latest'].map((model) => ({
  model,
  upstream: 'vllm',
  api: 'openai' as const,
}));

function models(stats: Stats): [string, number][] {
  return stats.ever.by.model.map(({ name, requests }): [string, number] => [name, requests]).sort();
}

describe('totals stored under several names of a model', () => {
  it('are merged, and nothing is lost', () => {
    const before = oldTotals(ours, startPeriod(emptyStats(NOON), NOON, 0));
    const stats = uniteModels(before, [OLLAMA]);
    const line = {
      model: 'plain',
      requests: 4,
      errors: 1,
      inputTokens: 400,
      outputTokens: 100,
      energyJoules: 6,
      energyNetJoules: 2,
      ratedJoules: 6,
      ratedOutputTokens: 90,
      ratedNetOutputTokens: 70,
      lastUsedAt: NOON + 3,
    };
    const { ever, today } = viewTotals(stats, NOON);
    expect(ever.models).toMatchObject([line]);
    expect(today.models).toMatchObject([line]);
    expect(stats.period.by.model).toMatchObject([{ name: 'plain', requests: 4 }]);
    expect(ever.all).toEqual(viewTotals(before, NOON).ever.all);
    expect(stats.series).toMatchObject([
      {
        model: 'plain',
        outcomes: { ok: 3, incomplete: 1 },
        tokens: { input: 400, output: 100 },
        estimatedTokens: {},
      },
    ]);
    expect(parse(statsSchema, JSON.parse(JSON.stringify(stats)))).toEqual(stats);
    // Speeds are weighted by generated tokens, as in a single line.
    const one = oldTotals(ours.map((given) => ({ ...given, model: 'plain' })));
    expect(ever.models[0]?.outputTokensPerSecond).toBeCloseTo(
      viewTotals(one, NOON).ever.models[0]?.outputTokensPerSecond ?? 0,
    );
  });

  it('are merged once: a second time changes nothing', () => {
    const stats = uniteModels(oldTotals(ours), [OLLAMA]);
    expect(uniteModels(stats, [OLLAMA])).toBe(stats);
    expect(uniteModels(stats, [{ ...OLLAMA, kind: null }])).toBe(stats);
  });

  it('stay apart until the server is recognised, or if it is not Ollama', () => {
    const stats = oldTotals(ours);
    expect(uniteModels(stats, [{ ...OLLAMA, kind: null }])).toBe(stats);
    expect(uniteModels(stats, [{ ...OLLAMA, kind: 'llamacpp' }])).toBe(stats);
  });

  it('rename a model that had only one other name', () => {
    const stats = uniteModels(oldTotals([{ model: 'plain:latest' }]), [OLLAMA]);
    expect(models(stats)).toEqual([['plain', 1]]);
    expect(stats.series).toMatchObject([{ model: 'plain' }]);
  });

  it('stay unchanged if another server has used the names', () => {
    const stats = uniteModels(oldTotals([...ours, ...vllm]), [OLLAMA, VLLM]);
    expect(models(stats)).toEqual([
      ['plain', 4],
      // One request of each, which cannot be separated any more.
      ['plain:latest', 2],
    ]);
    expect(stats.series.map(({ model, upstream }) => [model, upstream])).toEqual([
      ['plain', 'ollama'],
      ['plain', 'vllm'],
      ['plain:latest', 'vllm'],
    ]);
    const theirs = uniteModels(oldTotals([{ model: 'plain' }, ...vllm]), [OLLAMA, VLLM]);
    expect(models(theirs)).toEqual([
      ['plain', 2],
      ['plain:latest', 1],
    ]);
  });

  it('wait for a server that is not recognised yet', () => {
    const records = [{ model: 'plain:latest' }, { model: 'plain:latest', upstream: 'second' }];
    const first = uniteModels(oldTotals(records), [OLLAMA, { name: 'second', kind: null }]);
    expect(models(first)).toEqual([['plain:latest', 2]]);
    const both = uniteModels(first, [OLLAMA, { name: 'second', kind: 'ollama' }]);
    expect(models(both)).toEqual([['plain', 2]]);
  });

  it('are merged despite an upstream that was removed', () => {
    const records = [{ model: 'plain:latest' }, { model: 'plain:latest', upstream: 'before' }];
    expect(models(uniteModels(oldTotals(records), [OLLAMA]))).toEqual([['plain', 2]]);
  });

  it('include names beyond the limit of the series', () => {
    const stats = { ...oldTotals(ours), series: [] };
    expect(models(uniteModels(stats, [OLLAMA]))).toEqual([['plain', 4]]);
    const mixed = { ...oldTotals([...ours, ...vllm]), series: [] };
    expect(models(uniteModels(mixed, [OLLAMA, VLLM]))).toHaveLength(4);
  });

  it('stay valid with a day before today', () => {
    const tomorrow = NOON + 24 * 3_600_000;
    const before = oldTotals(ours);
    const next = activityRecord({ id: 9, completedAt: tomorrow, model: 'plain:latest' });
    const stats = uniteModels(fold(before, next), [OLLAMA]);
    expect(stats.otherDay?.by.model).toMatchObject([{ name: 'plain', requests: 4 }]);
    expect(stats.today.by.model).toMatchObject([{ name: 'plain', requests: 1 }]);
  });
});

describe('an upstream that was recognised as Ollama', () => {
  const noted = uniteModels(emptyStats(NOON), [OLLAMA]);

  it('is remembered until it is recognised as another server', () => {
    expect(noted.ollamaUpstreams).toEqual(['ollama']);
    expect(uniteModels(noted, []).ollamaUpstreams).toEqual(['ollama']);
    const other = uniteModels(noted, [{ ...OLLAMA, kind: 'vllm' }]);
    expect(other.ollamaUpstreams).toEqual([]);
    expect(models(oldTotals(ours, other))).toHaveLength(4);
  });

  it('has rows counted under one name that the ledger stores under another', () => {
    expect(models(oldTotals(ours, noted))).toEqual([['plain', 4]]);
    expect(oldTotals(ours, noted).series).toMatchObject([{ model: 'plain' }]);
    const records = ours.map((given, i) => activityRecord({ id: i + 1, ...given }));
    const gap = { ...noted, lastId: 10, gap: { after: 0, before: 10 } };
    expect(models(fillGap(gap, records))).toEqual([['plain', 4]]);
  });

  it('has its models counted by a job with any of their names', () => {
    const jobs = startJob([], 'one', { model: 'library/plain' }, { now: NOON, lastId: 0 });
    const stats = oldTotals([...ours, { model: 'library/plain', upstream: 'vllm' }, ...vllm], {
      ...noted,
      jobs,
    });
    expect(stats.jobs[0]?.tally.requests).toBe(5);
  });

  it('has records after the checkpoint counted under one name, too', () => {
    let document: Record<string, unknown> = {};
    const page = {
      read: () => document,
      write: (value: Record<string, unknown>) => void (document = value),
    };
    const store = new TotalsStore(page, SILENT_LOG, NOON);
    for (const [i, given] of ours.entries()) store.add(activityRecord({ id: i + 1, ...given }));
    store.update((stats) => uniteModels(stats, [OLLAMA]));
    store.close();
    const again = new TotalsStore(page, SILENT_LOG, NOON);
    expect(models(again.stats)).toEqual([['plain', 4]]);
    expect(again.stats).toEqual(store.stats);
  });
});
