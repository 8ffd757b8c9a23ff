import { describe, expect, it } from 'vitest';
import type { Throughput } from '../../../shared/slices.ts';
import { summarize, toPoints } from './throughput.ts';

const series = {
  endAt: 10_000,
  stepMs: 1_000,
  outputTokensPerSecond: [5, 80, 70],
  inputTokensPerSecond: [900, 0, 0],
};
const throughput: Throughput = {
  outputTokensPerSecond: 71.2,
  inputTokensPerSecond: 0,
  windowMs: 3_000,
  series,
};

describe('toPoints', () => {
  it('ends at now and goes back in steps', () => {
    expect(toPoints(series, 180_000)).toEqual([
      { offsetMs: -2_000, values: { output: 5, input: 900 } },
      { offsetMs: -1_000, values: { output: 80, input: 0 } },
      { offsetMs: 0, values: { output: 70, input: 0 } },
    ]);
  });

  it('leaves out points older than the span', () => {
    expect(toPoints(series, 1_000)).toHaveLength(2);
  });
});

describe('summarize', () => {
  it('names the current and the highest figure of the chart', () => {
    const points = toPoints(series, 180_000);
    expect(summarize('output', throughput, points, 180_000)).toBe(
      'Output over the last 3 min: now 71.2 tok/s, highest 80.0 tok/s',
    );
    expect(summarize('input', throughput, points, 180_000)).toContain('highest 900 tok/s');
  });
});
