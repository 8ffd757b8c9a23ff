/** One value for each time; null where it is unknown. */
export type Values = readonly (number | null)[];

/** Values below an upward axis belong to `down`, for the mirrored form. */
export type Side = 'up' | 'down';

/** A span of values at each time, drawn behind the line: p5–p95, or minimum–maximum of thinned data. */
export interface Band {
  readonly low: Values;
  readonly high: Values;
  /** Names of both edges in the readout, such as `p5` and `p95`. */
  readonly lowLabel: string;
  readonly highLabel: string;
}

export interface ChartSeries {
  /** Stable over pages; the colour belongs to it. */
  readonly key: string;
  readonly label: string;
  /** `bars` of one side are stacked in the order of the series. */
  readonly kind?: 'line' | 'area' | 'bars' | undefined;
  /** With a series on each side, the chart is mirrored, and each side has its own scale. */
  readonly side?: Side | undefined;
  /** A CSS colour in place of the key's own. */
  readonly color?: string | undefined;
  readonly values: Values;
  readonly band?: Band | undefined;
  /** The same series in the range compared with, its times moved to this one. */
  readonly ghost?: { readonly label: string; readonly values: Values } | undefined;
}

/** A line across the chart at a value: a limit, or a target of the user's. */
export interface Reference {
  readonly value: number;
  readonly label: string;
  readonly side?: Side | undefined;
}

/** The most points of a series; the core thins to fewer. */
export const MOST_POINTS = 1_200;

/** @throws RangeError for a series of another length than the times, or with more than `MOST_POINTS` */
export function checkSeries(times: readonly number[], series: readonly ChartSeries[]): void {
  if (times.length > MOST_POINTS)
    throw new RangeError(`${times.length} points; thin them to ${MOST_POINTS} before drawing`);
  for (const { key, values, band, ghost } of series)
    for (const each of [values, band?.low, band?.high, ghost?.values])
      if (each !== undefined && each.length !== times.length)
        throw new RangeError(`"${key}" has ${each.length} values for ${times.length} times`);
}
