import { describe, expect, it } from 'vitest';
import { speed } from '../../../tests/support/insight-facts.ts';
import { activityRecord, usageOf } from '../../../tests/support/records.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { Usual, median } from './usual.ts';

function answer(given: Partial<ActivityRecord> = {}): ActivityRecord {
  return activityRecord({ usage: usageOf(900, 400), ...given });
}

function learnt(count: number, given: Partial<ActivityRecord> = {}, meanInFlight = 1): Usual {
  const usual = new Usual();
  for (let i = 0; i < count; i += 1) usual.learn(answer(given), meanInFlight);
  return usual;
}

describe('usual figures', () => {
  it('are medians of the latest answers, and unknown before eight of them', () => {
    expect(learnt(7).of(answer()).outputTokensPerSecond).toBeNull();
    const usual = learnt(8);
    usual.learn(answer(speed(5)), 1);
    expect(usual.of(answer())).toMatchObject({ outputTokensPerSecond: 70, exchanges: 9 });
  });

  it('forget what is long ago', () => {
    const usual = learnt(60);
    for (let i = 0; i < 50; i += 1) usual.learn(answer(speed(20)), 1);
    expect(usual.of(answer()).outputTokensPerSecond).toBe(20);
  });

  it('are kept apart by upstream, model and size of the prompt', () => {
    const usual = learnt(8);
    const others = [
      { upstream: 'other' },
      { model: 'm', countedModel: 'm' },
      { usage: usageOf(9_000, 400) },
    ];
    for (const other of others) {
      expect(usual.of(answer(other)).outputTokensPerSecond).toBeNull();
    }
  });

  it('keep the speed alone apart from that beside others', () => {
    expect(learnt(8, {}, 3).of(answer())).toMatchObject({
      outputTokensPerSecond: 70,
      aloneOutputTokensPerSecond: null,
    });
    expect(learnt(8).of(answer()).aloneOutputTokensPerSecond).toBe(70);
  });

  it('learn nothing from failed, short or estimated answers', () => {
    const rates = answer().rates;
    const estimated = {
      ...rates,
      provenance: { ...rates.provenance, output: 'estimated' } as const,
    };
    const useless: Partial<ActivityRecord>[] = [
      { error: 'incomplete' },
      { completed: false },
      { inference: false },
      { usage: usageOf(900, 12) },
      { rates: estimated },
    ];
    for (const given of useless) expect(learnt(20, given).of(answer()).exchanges).toBe(0);
  });

  it('are learnt from stored rows, where overlapping ones were not alone', () => {
    const rows = (overlap: boolean): ActivityRecord[] =>
      Array.from({ length: 10 }, (_, i) => {
        const startedAt = overlap ? 0 : i * 3_000;
        return answer({ id: i, startedAt, completedAt: startedAt + 2_000 });
      });
    const [apart, together] = [new Usual(), new Usual()];
    apart.learnFromRows(rows(false));
    together.learnFromRows(rows(true));
    expect(apart.of(answer()).aloneOutputTokensPerSecond).toBe(70);
    expect(together.of(answer())).toMatchObject({
      outputTokensPerSecond: 70,
      aloneOutputTokensPerSecond: null,
    });
  });

  it('remember the last prompt of each client', () => {
    const usual = learnt(1);
    expect(usual.of(answer()).previousInputTokens).toBe(900);
    const client = { ...answer().client, application: 'another' };
    expect(usual.of(answer({ client })).previousInputTokens).toBeNull();
  });
});

it('the median of an even number of values is between the two in the middle', () => {
  expect([median([]), median([3]), median([4, 1]), median([9, 1, 2])]).toEqual([null, 3, 2.5, 2]);
});
