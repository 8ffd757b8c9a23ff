import { describe, expect, it } from 'vitest';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { activityRecord, usageOf } from '../../../../tests/support/records.ts';
import { foldSeries } from './series.ts';
import type { Series } from './series.ts';

const fold = (...records: readonly Partial<ActivityRecord>[]): Series[] =>
  records.reduce<Series[]>((all, given) => foldSeries(all, activityRecord(given)), []);

describe('series', () => {
  it('sums by upstream, model and operation, without requests without inference', () => {
    const series = fold(
      {},
      { usage: usageOf(1, 2) },
      { upstream: 'gpu' },
      { operation: 'embedding', usage: usageOf(5, null) },
      { inference: false },
    );
    expect(series.map((line) => [line.upstream, line.operation, line.tokens])).toEqual([
      ['ollama', 'chat', { input: 30, output: 44 }],
      ['gpu', 'chat', { input: 29, output: 42 }],
      ['ollama', 'embedding', { input: 5 }],
    ]);
  });

  it('counts outcomes, and estimates separately', () => {
    const [line] = fold(
      {},
      { error: 'client_aborted', usage: usageOf(8, 2, 'estimated') },
      { error: 'client_aborted', usage: usageOf(null, null) },
    );
    expect(line).toEqual({
      upstream: 'ollama',
      model: 'qwen3:8b',
      operation: 'chat',
      outcomes: { ok: 1, client_aborted: 2 },
      tokens: { input: 29, output: 42 },
      estimatedTokens: { input: 8, output: 2 },
    });
  });

  it('puts further models on a shared line, by upstream and operation', () => {
    const made = Array.from({ length: 300 }, (_, i) => ({ model: `made-up-${i}` }));
    const series = fold(...made, { model: 'made-up-7' }, { model: null, upstream: 'gpu' });
    expect(series).toHaveLength(202);
    expect(series[7]?.outcomes).toEqual({ ok: 2 });
    expect(series.slice(200).map((line) => [line.upstream, line.model, line.outcomes.ok])).toEqual([
      ['ollama', 'other models', 100],
      ['gpu', 'other models', 1],
    ]);
  });
});
