import { describe, expect, it } from 'vitest';
import { ThroughputHistory } from './throughput.ts';

const T = 1_800_000_000_000;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('throughput', () => {
  it('is the tokens of the last seconds over their length', () => {
    const history = new ThroughputHistory();
    for (let ms = 0; ms < 3_000; ms += 100) history.add('output', 1, T + ms);
    expect(history.view(T + 2_900).outputTokensPerSecond).toBeCloseTo(10, 6);
    expect(history.view(T + 60_000).outputTokensPerSecond).toBe(0);
  });

  it('holds back the step that is under way', () => {
    const history = new ThroughputHistory();
    history.add('output', 7, T + 200);
    expect(sum(history.view(T + 900).series.outputTokensPerSecond)).toBe(0);
    const { series } = history.view(T + 1_100);
    expect(series.outputTokensPerSecond.at(-1)).toBe(7);
    expect(series.endAt).toBe(T + 1_000);
  });

  it('spreads what is learnt late over the time it belongs to', () => {
    const history = new ThroughputHistory();
    history.spread('output', 40, T, T + 3_999);
    expect(history.view(T + 4_000).series.outputTokensPerSecond.slice(-4)).toEqual([
      10, 10, 10, 10,
    ]);
  });

  it('takes back what was counted too much, but never below nothing', () => {
    const history = new ThroughputHistory();
    history.add('output', 4, T);
    history.spread('output', -10, T, T + 10);
    expect(sum(history.view(T + 1_000).series.outputTokensPerSecond)).toBe(0);
  });

  it('forgets what is older than it shows', () => {
    const history = new ThroughputHistory();
    history.add('output', 5, T);
    expect(history.active).toBe(true);
    history.view(T + 200_000);
    expect(history.active).toBe(false);
  });

  it('drops the part of a long exchange that is older than it shows', () => {
    const history = new ThroughputHistory();
    history.spread('input', 1_000, T - 3_600_000, T);
    const total = sum(history.view(T + 1_000).series.inputTokensPerSecond);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThan(60);
  });

  it('stays usable when the clock is set back', () => {
    const history = new ThroughputHistory();
    history.add('output', 5, T);
    history.add('output', 3, T - 3_600_000);
    expect(() => history.view(T - 3_600_000)).not.toThrow();
    history.add('output', 3, T + 500);
    expect(history.view(T + 1_000).series.outputTokensPerSecond.at(-1)).toBe(8);
  });
});
