/**
 * The smallest maximum of the scale, so that the noise of an idle series does not fill the chart.
 */
const SMALLEST_TOP = 10;
/** Round maxima with a round half. */
const ROUND_TOPS = [1, 2, 4, 6, 8, 10];

/** The maximum of a value axis, and the values with a grid line: zero, half, maximum. */
export function valueScale(highest: number): { readonly top: number; readonly ticks: number[] } {
  const wanted = Math.max(highest, SMALLEST_TOP);
  const magnitude = 10 ** Math.floor(Math.log10(wanted));
  const step = ROUND_TOPS.find((round) => round * magnitude >= wanted) ?? 10;
  const top = step * magnitude;
  return { top, ticks: [0, top / 2, top] };
}

/** The ages with a label on a time axis of `spanMs`, as offsets from now: thirds of the span. */
export function timeTicks(spanMs: number): number[] {
  return [-spanMs, -(spanMs * 2) / 3, -spanMs / 3, 0];
}
