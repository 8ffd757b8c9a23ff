import { describe, expect, it } from 'vitest';
import { ThroughputHistory } from './throughput.ts';

/** A whole second of the wall clock, and of the monotonic one that runs beside it. */
const WALL = 1_800_000_000_000;
const T = 5_000_000;
const begin = (): ThroughputHistory => new ThroughputHistory(WALL, T);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** As seen at a monotonic moment, the wall clock having been `set` by so much since the start. */
function viewAt(
  history: ThroughputHistory,
  monotonic: number,
  set = 0,
): ReturnType<ThroughputHistory['view']> {
  return history.view(WALL + monotonic - T + set, monotonic);
}

describe('throughput', () => {
  it('is the tokens of the last seconds over their length', () => {
    const history = begin();
    for (let ms = 0; ms < 3_000; ms += 100) history.add('output', 1, T + ms);
    expect(viewAt(history, T + 2_900).outputTokensPerSecond).toBeCloseTo(10, 6);
    expect(viewAt(history, T + 60_000).outputTokensPerSecond).toBe(0);
  });

  it('holds back the step that is under way', () => {
    const history = begin();
    history.add('output', 7, T + 200);
    expect(sum(viewAt(history, T + 900).series.outputTokensPerSecond)).toBe(0);
    const { series } = viewAt(history, T + 1_100);
    expect(series.outputTokensPerSecond.at(-1)).toBe(7);
    expect(series.endAt).toBe(WALL + 1_000);
  });

  it('spreads what is learnt late over the time it belongs to', () => {
    const history = begin();
    history.spread('output', 40, T, T + 3_999);
    expect(viewAt(history, T + 4_000).series.outputTokensPerSecond.slice(-4)).toEqual([
      10, 10, 10, 10,
    ]);
  });

  it('takes back what was counted too much, but never below nothing', () => {
    const history = begin();
    history.add('output', 4, T);
    history.spread('output', -10, T, T + 10);
    expect(sum(viewAt(history, T + 1_000).series.outputTokensPerSecond)).toBe(0);
  });

  it('forgets what is older than it shows', () => {
    const history = begin();
    history.add('output', 5, T);
    expect(history.active).toBe(true);
    viewAt(history, T + 200_000);
    expect(history.active).toBe(false);
  });

  it('drops the part of a long exchange that is older than it shows', () => {
    const history = begin();
    history.spread('input', 1_000, T - 3_600_000, T);
    const total = sum(viewAt(history, T + 1_000).series.inputTokensPerSecond);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThan(60);
  });

  it.each([-86_400_000, -3_600_000, 10_000, 86_400_000])(
    'labels the series anew when the clock is set by %i ms, and keeps what is in it',
    (set) => {
      const history = begin();
      history.add('output', 6, T);
      const before = viewAt(history, T + 1_500);
      history.add('output', 3, T + 1_600);
      const after = viewAt(history, T + 2_500, set);
      expect(before.outputTokensPerSecond).toBe(2);
      expect(after.outputTokensPerSecond).toBe(3);
      expect(after.series.outputTokensPerSecond.slice(-2)).toEqual([6, 3]);
      expect(after.series.endAt).toBe(WALL + 2_000 + set);
    },
  );
});
