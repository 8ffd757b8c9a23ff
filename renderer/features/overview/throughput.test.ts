import { createTranslator } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { en } from '../../../shared/messages/en/index.ts';
import type { Throughput } from '../../../shared/slices.ts';
import { summarize, toColumns } from './throughput.ts';

const text = createTranslator({ locale: 'en', messages: en, namespace: 'overview' });
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

describe('toColumns', () => {
  it('ends at the newest sample and goes back in steps', () => {
    expect(toColumns(series, 180_000)).toEqual({
      times: [8_000, 9_000, 10_000],
      output: [5, 80, 70],
      input: [900, 0, 0],
    });
  });

  it('leaves out samples older than the span', () => {
    expect(toColumns(series, 1_000)).toEqual({
      times: [9_000, 10_000],
      output: [80, 70],
      input: [0, 0],
    });
  });
});

describe('summarize', () => {
  it('names the current and the highest figures of the chart', () => {
    const columns = toColumns(series, 180_000);
    expect(summarize(throughput, columns, 180_000, text)).toBe(
      'Throughput over the last 3 min: output now 71.2 tok/s, highest 80.0 tok/s; input now 0 tok/s, highest 900 tok/s',
    );
  });
});
