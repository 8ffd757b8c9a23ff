// @ts-check
/** The statistics of the benchmark. None of them needs a sorted input. */

/**
 * Returns the value below which a share of all values lies; NaN for an empty list.
 * @param {readonly number[]} values
 * @param {number} share between 0 and 1
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const position = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return sorted[position] ?? NaN;
}

/** @param {readonly number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/**
 * Compares a figure of each round with the same round's figure of another arm, because changes of
 * the machine's load affect both.
 * @param {readonly number[]} values
 * @param {readonly number[]} reference
 * @returns {{ median: number, low: number, high: number }}
 */
export function ratio(values, reference) {
  const ratios = values.map((value, round) => value / (reference[round] ?? NaN));
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}
