import { describe, expect, it } from 'vitest';
import { activityRecord } from '../../../tests/support/records.ts';
import { LivePrompt } from './live-prompt.ts';
import { PromptRates } from './prompt-rates.ts';
import { ThroughputHistory } from './throughput.ts';

const WALL = 1_800_000_000_000;
/** A whole second of the monotonic clock, when every request here begins. */
const T = 5_000_000;

interface Lab {
  readonly prompt: LivePrompt;
  /** The current figure, as shown `ms` after the request's start. */
  readonly shown: (ms: number) => number;
  /** Tokens by second since the request's start, as known `ms` after it. */
  readonly seconds: (ms: number) => number[];
}

function begin(estimate: number | null, rate: number | null = null): Lab {
  const history = new ThroughputHistory(WALL, T);
  const view = (ms: number): ReturnType<ThroughputHistory['view']> =>
    history.view(WALL + ms, T + ms);
  const prompt = new LivePrompt({
    history,
    startedAt: T,
    estimate: () => estimate,
    usualRate: () => rate,
  });
  return {
    prompt,
    shown: (ms) => view(ms).inputTokensPerSecond,
    seconds: (ms) => view(ms).series.inputTokensPerSecond.slice(-Math.floor(ms / 1_000)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('a prompt of unknown progress', () => {
  it('is counted at the first token, over the time that it took', () => {
    const { prompt, shown, seconds } = begin(600);
    prompt.sent(T);
    prompt.advance(T + 1_000);
    expect(shown(1_500)).toBe(0);
    prompt.firstToken(T + 1_999);
    expect(shown(1_999)).toBeCloseTo(200, 6);
    expect(seconds(2_000)).toEqual([300, 300]);
  });

  it('begins when the whole request has arrived', () => {
    const { prompt, seconds } = begin(600);
    prompt.sent(T + 2_000);
    prompt.firstToken(T + 2_999);
    expect(seconds(3_000)).toEqual([0, 0, 600]);
  });

  it.each([50, 600, 2_400])('has the true count of %i in the end, in the same place', (count) => {
    const { prompt, seconds } = begin(600);
    prompt.sent(T);
    prompt.firstToken(T + 1_999);
    prompt.settle(count, T + 1_999);
    expect(seconds(4_000)).toEqual([count / 2, count / 2, 0, 0]);
  });

  it('is taken back if its count stays unknown', () => {
    const { prompt, seconds } = begin(600);
    prompt.firstToken(T + 1_999);
    prompt.settle(null, T + 1_999);
    expect(sum(seconds(3_000))).toBeCloseTo(0, 6);
  });

  it('is counted at the end if there is no first token, and if nothing can be estimated', () => {
    const unary = begin(600);
    unary.prompt.settle(400, T + 1_999);
    expect(unary.seconds(2_000)).toEqual([200, 200]);
    const image = begin(null);
    image.prompt.firstToken(T + 999);
    expect(image.shown(999)).toBe(0);
    image.prompt.settle(400, T + 999);
    expect(image.seconds(1_000)).toEqual([400]);
  });

  it('counts nothing if it is given up, because it may have waited all the time', () => {
    const { prompt, seconds } = begin(600);
    prompt.sent(T);
    prompt.giveUp(600, T + 1_999);
    expect(sum(seconds(3_000))).toBe(0);
  });

  it('corrects only its own count beside that of another', () => {
    const history = new ThroughputHistory(WALL, T);
    const options = { history, startedAt: T, usualRate: () => null };
    const one = new LivePrompt({ ...options, estimate: () => 100 });
    const other = new LivePrompt({ ...options, estimate: () => 900 });
    one.firstToken(T + 1_999);
    other.firstToken(T + 999);
    other.settle(0, T + 999);
    one.settle(100, T + 1_999);
    const { series } = history.view(WALL + 2_000, T + 2_000);
    expect(series.inputTokensPerSecond.slice(-2)).toEqual([50, 50]);
  });
});

describe('a prompt of a model with a known speed', () => {
  it('advances at this speed, up to its size', () => {
    const { prompt, shown, seconds } = begin(250, 100);
    prompt.sent(T);
    for (let ms = 1_000; ms <= 5_000; ms += 1_000) {
      prompt.advance(T + ms - 1);
      if (ms <= 2_000) expect(shown(ms - 1)).toBeGreaterThan(0);
    }
    const told = seconds(5_000);
    expect(sum(told)).toBeCloseTo(250, 6);
    expect(told[0]).toBeGreaterThan(90);
    expect(told[4]).toBe(0);
    prompt.firstToken(T + 5_500);
    prompt.settle(300, T + 5_500);
    expect(sum(seconds(7_000))).toBeCloseTo(300, 6);
  });

  it('counts no more than can be processed before the first token: the rest was cached', () => {
    const { prompt, seconds } = begin(8_000, 1_000);
    prompt.sent(T);
    prompt.firstToken(T + 500);
    expect(sum(seconds(1_000))).toBe(500);
  });

  it('is counted just before the first token if it waited', () => {
    const { prompt, seconds } = begin(100, 100);
    prompt.sent(T);
    prompt.firstToken(T + 3_999);
    const [first, second, third, fourth] = seconds(4_000);
    expect([first, second]).toEqual([0, 0]);
    expect((third ?? 0) + (fourth ?? 0)).toBeCloseTo(100, 6);
    expect(fourth).toBeGreaterThan(70);
  });

  it.each([[[]], [[500, 1_000, 1_500]]])(
    'counts what this speed allows if it is given up before its first token (shown at %j)',
    (moments) => {
      const { prompt, shown, seconds } = begin(100_000, 1_000);
      prompt.sent(T);
      for (const ms of moments) prompt.advance(T + ms - 1);
      prompt.giveUp(100_000, T + 2_000);
      expect(shown(2_000)).toBeLessThan(1_001);
      expect(sum(seconds(4_000))).toBeCloseTo(2_000, 6);
      expect(Math.max(...seconds(4_000))).toBeLessThan(1_250);
    },
  );

  it('counts no more than its size if it is given up late', () => {
    const { prompt, seconds } = begin(250, 100);
    prompt.sent(T);
    prompt.advance(T + 1_999);
    prompt.giveUp(150, T + 4_000);
    expect(sum(seconds(5_000))).toBeCloseTo(150, 6);
  });

  it('is not counted before the request has arrived', () => {
    const { prompt, shown } = begin(250, 100);
    prompt.advance(T + 2_000);
    expect(shown(2_000)).toBe(0);
  });
});

describe('a prompt whose progress is told', () => {
  it('follows it; the wait before it and the cached tokens do not count', () => {
    const { prompt, shown, seconds } = begin(9_000, 5_000);
    prompt.sent(T);
    const at = (ms: number, processed: number): void =>
      prompt.progress({ freshTokens: 800, processed }, T + ms);
    at(2_000, 0);
    expect(shown(2_000)).toBe(0);
    at(2_999, 0.25);
    expect(shown(2_999)).toBeCloseTo(200 / 3, 6);
    prompt.advance(T + 3_500);
    at(3_999, 0.5);
    prompt.firstToken(T + 4_999);
    expect(seconds(5_000).slice(0, 2)).toEqual([0, 0]);
    expect(sum(seconds(5_000))).toBeCloseTo(800, 6);
    prompt.settle(800, T + 4_999);
    expect(sum(seconds(6_000))).toBeCloseTo(800, 6);
  });

  it('is estimated in size if only its part is told', () => {
    const { prompt, seconds } = begin(400);
    prompt.progress({ freshTokens: null, processed: 0.5 }, T + 999);
    expect(seconds(1_000)).toEqual([200]);
  });

  it('counts as far as it came if it was given up', () => {
    const { prompt, seconds } = begin(9_000);
    prompt.progress({ freshTokens: 800, processed: 0.25 }, T + 999);
    prompt.giveUp(800, T + 2_000);
    expect(seconds(3_000)).toEqual([200, 0, 0]);
  });

  it('is in the end what the answer said, even if it said more before', () => {
    const { prompt, seconds } = begin(9_000);
    prompt.progress({ freshTokens: 800, processed: 1 }, T + 999);
    prompt.firstToken(T + 1_000);
    prompt.settle(10, T + 1_000);
    expect(sum(seconds(3_000))).toBeCloseTo(10, 6);
    expect(Math.min(...seconds(3_000))).toBeGreaterThanOrEqual(0);
  });
});

describe('the usual speed of prompts', () => {
  const row = (
    rate: number,
    mark: 'reported' | 'estimated' = 'reported',
    input = 500,
  ): Parameters<PromptRates['learn']>[0] => {
    const record = activityRecord({ upstream: 'u', model: 'm', countedModel: 'm' });
    const provenance = { ...record.rates.provenance, prompt: mark };
    return {
      ...record,
      rates: { ...record.rates, promptTokensPerSecond: rate, provenance },
      usage: { ...record.usage, inputTokens: input, cachedInputTokens: 0 },
    };
  };

  it('is the last one that the server reported for a prompt of some length', () => {
    const rates = new PromptRates();
    rates.learn(row(900));
    rates.learn(row(1_000));
    rates.learn(row(5, 'estimated'));
    rates.learn(row(7, 'reported', 20));
    expect(rates.of('u', 'm')).toBe(1_000);
    expect(rates.of('other', 'm')).toBeNull();
  });

  it('is remembered for a limited number of models', () => {
    const rates = new PromptRates();
    for (let n = 0; n <= 200; n += 1) rates.learn({ ...row(n + 1), countedModel: `m${n}` });
    expect(rates.of('u', 'm0')).toBeNull();
    expect(rates.of('u', 'm200')).toBe(201);
  });
});
