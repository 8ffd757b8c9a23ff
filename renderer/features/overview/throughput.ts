import type { Throughput, ThroughputSeries } from '../../../shared/slices.ts';
import { formatRate, formatSpan } from '../../../shared/format.ts';
import type { OverviewText } from './words.ts';

/** The samples of the last minutes as columns, each at the time of its end. */
export interface ThroughputColumns {
  readonly times: readonly number[];
  readonly output: readonly number[];
  readonly input: readonly number[];
}

/** The samples of the last `spanMs`. */
export function toColumns(series: ThroughputSeries, spanMs: number): ThroughputColumns {
  const { endAt, stepMs, outputTokensPerSecond, inputTokensPerSecond } = series;
  const count = Math.min(outputTokensPerSecond.length, Math.floor(spanMs / stepMs) + 1);
  return {
    times: Array.from({ length: count }, (_, index) => endAt - (count - 1 - index) * stepMs),
    output: outputTokensPerSecond.slice(-count),
    input: inputTokensPerSecond.slice(-count),
  };
}

/** The chart's content in one sentence. */
export function summarize(
  throughput: Throughput,
  { output, input }: ThroughputColumns,
  spanMs: number,
  text: OverviewText,
): string {
  const highest = (values: readonly number[]): string => formatRate(Math.max(0, ...values));
  return text('throughput.summary', {
    span: formatSpan(spanMs),
    output: formatRate(throughput.outputTokensPerSecond),
    outputPeak: highest(output),
    input: formatRate(throughput.inputTokensPerSecond),
    inputPeak: highest(input),
  });
}
