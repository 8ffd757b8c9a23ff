import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { ExchangeWork } from './exchange-work.ts';
import type { WorkSource } from './exchange-work.ts';
import { IdleBaseline } from './idle-baseline.ts';
import { DEFAULT_PROMPT_WEIGHT, LearntCosts } from './prompt-costs.ts';
import { shares } from './shares.ts';

describe('shares of a span', () => {
  it('add up to 1 for any work', () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    const participant = fc.record({
      ms: fc.double({ min: 0.01, max: 50, noNaN: true }),
      promptTokens: fc.option(amount),
      outputTokens: amount,
    });
    fc.assert(
      fc.property(fc.array(participant, { minLength: 1, maxLength: 32 }), (participants) => {
        const sum = shares(participants, 0.05).reduce((total, share) => total + share, 0);
        expect(sum).toBeCloseTo(1, 9);
      }),
    );
  });

  it('weigh a prompt token less than an output token', () => {
    const prompt = { ms: 50, promptTokens: 100, outputTokens: 0 };
    const output = { ms: 50, promptTokens: 0, outputTokens: 5 };
    expect(shares([prompt, output], 0.05)).toEqual([0.5, 0.5]);
  });

  it('give unknown work the mean of the known, and divide by time if all is unknown', () => {
    const known = { ms: 50, promptTokens: 0, outputTokens: 5 };
    const unknown = { ms: 50, promptTokens: null, outputTokens: 0 };
    expect(shares([known, unknown], 0.05)).toEqual([0.5, 0.5]);
    expect(shares([unknown, { ...unknown, ms: 25 }], 0.05)).toEqual([2 / 3, 1 / 3]);
  });
});

const SEEN = { usualRate: null, waiting: 1, now: 0 };

describe('work of an exchange', () => {
  const stream = (extra: Partial<WorkSource> = {}): WorkSource => ({
    ...{ promptTokens: () => 1_000, promptRate: () => null },
    ...{ prefillMs: () => null, isStreamed: () => true },
    ...extra,
  });

  it('has a chunk in the time since the chunk before it', () => {
    const work = new ExchangeWork(stream(), 0);
    work.content(1, 1_000);
    work.content(8, 1_400);
    expect(work.between(1_100, 1_200, SEEN, 1)).toEqual({ promptTokens: 0, outputTokens: 2 });
  });

  it('has all chunks of a packet in the time before the packet', () => {
    const work = new ExchangeWork(stream(), 0);
    for (const at of [1_000, 1_000.1, 1_400, 1_400.1, 1_400.2, 1_400.3]) work.content(1, at);
    expect(work.between(1_100, 1_200, SEEN, 1).outputTokens).toBeCloseTo(1, 2);
  });

  it('has the prompt in the time before the first chunk', () => {
    const work = new ExchangeWork(stream(), 0);
    work.sent(500);
    work.content(1, 1_500);
    expect(work.between(0, 1_000, SEEN, 1)).toEqual({ promptTokens: 500, outputTokens: 0 });
  });

  it('takes the usual rate while the prompt is processed, divided by the prompts in progress', () => {
    const work = new ExchangeWork(stream({ promptRate: () => 400 }), 0);
    expect(work.between(1_000, 2_000, SEEN, 2).promptTokens).toBeCloseTo(200, 6);
    expect(work.between(1_000, 2_000, SEEN, 1).promptTokens).toBeCloseTo(400, 6);
    expect(work.between(3_000, 4_000, SEEN, 1).promptTokens).toBe(0);
  });

  it('is none in a queue, whose end is the first token less the time of the prompt', () => {
    const work = new ExchangeWork(stream({ promptRate: () => 1_000 }), 0);
    const seen = { ...SEEN, now: 5_000 };
    expect(work.between(0, 1_000, seen, 1).promptTokens).toBe(0);
    expect(work.isPrefilling(500, seen)).toBe(false);
    work.content(1, 6_000);
    expect(work.between(4_000, 5_500, seen, 1).promptTokens).toBeCloseTo(500, 6);
    expect(work.between(4_000, 5_000, seen, 1).promptTokens).toBe(0);
  });

  it('has the time of the prompt from the server, if it reports that', () => {
    const work = new ExchangeWork(stream({ prefillMs: () => 400 }), 0);
    work.content(1, 2_000);
    expect(work.between(0, 1_600, SEEN, 1).promptTokens).toBe(0);
    expect(work.between(1_600, 1_800, SEEN, 1).promptTokens).toBeCloseTo(500, 6);
  });

  it('is unknown without a stream, or before the first chunk without a rate', () => {
    expect(new ExchangeWork(stream(), 0).between(0, 50, SEEN, 1).promptTokens).toBeNull();
    const unary = new ExchangeWork(stream({ isStreamed: () => false }), 0);
    unary.content(100, 1_000);
    expect(unary.between(500, 550, { ...SEEN, usualRate: 900 }, 1).promptTokens).toBeNull();
  });

  it('stays bounded and correct if nothing is forgotten', () => {
    const work = new ExchangeWork(stream(), 0);
    for (let at = 0; at <= 600_000; at += 30) work.content(1, at);
    expect(work.outputTokens).toBe(20_000);
    expect(work.between(599_000, 600_000, SEEN, 1).outputTokens).toBeCloseTo(1_000 / 30, 6);
  });
});

describe('costs of a prompt', () => {
  const run = {
    ...{ prefillJoules: 100, decodeJoules: 500, promptTokens: 2_000, outputTokens: 100 },
    prefillMs: 1_000,
  };

  it('are learnt from exchanges that ran alone', () => {
    const learnt = new LearntCosts();
    for (let i = 0; i < 2; i += 1) learnt.learn(run);
    expect(learnt.costs).toEqual({ weight: DEFAULT_PROMPT_WEIGHT, rate: null });
    learnt.learn(run);
    expect(learnt.costs).toEqual({ weight: 0.01, rate: 2_000 });
  });

  it('are not learnt from short or unknown parts', () => {
    const learnt = new LearntCosts();
    for (let i = 0; i < 9; i += 1) {
      learnt.learn({ ...run, outputTokens: 2 });
      learnt.learn({ ...run, promptTokens: null });
      learnt.learn({ ...run, prefillJoules: null });
    }
    expect(learnt.costs.weight).toBe(DEFAULT_PROMPT_WEIGHT);
  });
});

describe('idle baseline', () => {
  const learn = (
    baseline: IdleBaseline,
    from: number,
    to: number,
    watts: number,
    load = 0,
  ): void => {
    for (let at = from; at < to; at += 50) baseline.idle(at, 50, watts, load);
  };

  it('is unknown at first, and then follows the idle power', () => {
    const baseline = new IdleBaseline();
    learn(baseline, 0, 3_000, 30);
    expect(baseline.watts).toBeNull();
    learn(baseline, 3_000, 5_000, 30);
    expect(baseline.watts).toBeCloseTo(30, 6);
    learn(baseline, 5_000, 65_000, 50);
    expect(baseline.watts).toBeCloseTo(50, 0);
  });

  test('does not learn from a GPU that cools down', () => {
    const baseline = new IdleBaseline();
    learn(baseline, 0, 10_000, 30);
    baseline.busy();
    learn(baseline, 12_000, 13_900, 90);
    expect(baseline.watts).toBeCloseTo(30, 6);
  });

  test('does not learn from the load of other programs', () => {
    const baseline = new IdleBaseline();
    learn(baseline, 0, 10_000, 30);
    learn(baseline, 10_000, 60_000, 250, 80);
    expect(baseline.watts).toBeCloseTo(30, 6);
  });

  it('is learnt apart for the time with a loaded model, whose additional power is phantom load', () => {
    const baseline = new IdleBaseline();
    baseline.hasModel = false;
    learn(baseline, 0, 10_000, 12);
    expect(baseline.phantomWatts).toBeNull();
    expect(baseline.presentPhantomWatts).toBe(0);
    baseline.hasModel = true;
    expect(baseline.presentPhantomWatts).toBeNull();
    learn(baseline, 10_000, 20_000, 40);
    expect(baseline.watts).toBeCloseTo(40, 6);
    expect(baseline.phantomWatts).toBeCloseTo(28, 6);
    baseline.hasModel = false;
    expect(baseline.watts).toBeCloseTo(12, 6);
  });
});
