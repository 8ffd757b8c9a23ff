import type { Throughput, ThroughputSeries } from '../../../shared/slices.ts';
import { formatRate, formatSpan } from '../../../shared/format.ts';
import { TOKEN_SERIES } from '../../charts/config.ts';
import type { TokenSeries } from '../../charts/config.ts';
import type { Point } from '../../charts/point.ts';

/** The samples of the last `spanMs`, each at the time of its end. */
export function toPoints(series: ThroughputSeries, spanMs: number): Point<TokenSeries>[] {
  const { stepMs, outputTokensPerSecond, inputTokensPerSecond } = series;
  const last = outputTokensPerSecond.length - 1;
  return outputTokensPerSecond
    .map((output, index) => ({
      offsetMs: (index - last) * stepMs,
      values: { output, input: inputTokensPerSecond[index] ?? 0 },
    }))
    .filter((point) => point.offsetMs >= -spanMs);
}

/** A chart's content in one sentence: `Output over the last 3 min: now 72.4 tok/s, …`. */
export function summarize(
  series: TokenSeries,
  throughput: Throughput,
  points: readonly Point<TokenSeries>[],
  spanMs: number,
): string {
  const now = {
    output: throughput.outputTokensPerSecond,
    input: throughput.inputTokensPerSecond,
  }[series];
  const peak = points.reduce((top, point) => Math.max(top, point.values[series]), 0);
  const { label } = TOKEN_SERIES[series];
  return `${label} over the last ${formatSpan(spanMs)}: now ${formatRate(now)}, highest ${formatRate(peak)}`;
}
