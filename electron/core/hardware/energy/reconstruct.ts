import { BIN_MS } from './observation.ts';
import type { Observation } from './observation.ts';

/** More steps follow the noise of the sensor instead of the load. */
const STEPS = 8;
/** Power that the method can still scale. A bin at exactly 0 would stay there. */
const FLOOR_W = 1e-6;

export interface PowerQuestion {
  /** Start of the first bin, monotonic milliseconds. */
  readonly start: number;
  /** The share of each bin in which an exchange ran, 0 to 1. Its length is the number of bins. */
  readonly busy: Float64Array;
  /** Power of the first bins, if it is already decided; NaN where it is unknown. */
  readonly decided: readonly number[];
  readonly observations: readonly Observation[];
  /** Power without any load; null while it is unknown. */
  readonly idleW: number | null;
  /** Longest distance between observations that is bridged, milliseconds. */
  readonly maxGapMs: number;
}

/**
 * An observation, without the bins whose power is decided: `watts` is the weighted mean of the
 * others from `first` on. The weights add up to the part of the observation that they are.
 */
interface Row {
  readonly first: number;
  readonly weights: Float64Array;
  readonly part: number;
  readonly watts: number;
}

/**
 * Determines the power in each bin, watts; NaN where nothing measured it.
 *
 * Each observation is the mean over a span, which may be long and overlap others: a counter's
 * difference, the window of an averaging sensor, or a moment. The first guess is idle power
 * where nothing ran, and one higher power where something ran. Steps of the method of Richardson
 * (1972) and Lucy (1974) then scale the bins until they explain the observations. This undoes the
 * lag of averaging sensors, and places the energy of a span that contains an exchange's edge.
 *
 * Bins that no observation covers are interpolated, but not across the start or the end of
 * activity, because power jumps there.
 */
export function reconstruct(question: PowerQuestion): Float64Array {
  const rows = rowsOf(question);
  const watts = firstGuess(question, rows);
  for (let step = 0; step < STEPS && rows.length > 0; step += 1) {
    scale(watts, rows);
  }
  return bridge(watts, covered(question, rows), question);
}

function rowsOf(question: PowerQuestion): Row[] {
  return question.observations.flatMap((observation) => rowOf(question, observation) ?? []);
}

function rowOf(
  { start, busy, decided }: PowerQuestion,
  { from, to, watts }: Observation,
): Row | null {
  const first = Math.max(0, Math.floor((from - start) / BIN_MS));
  const last = Math.min(busy.length, Math.ceil((to - start) / BIN_MS));
  if (last <= first) return null;
  const weights = new Float64Array(last - first);
  let [all, open, explained] = [0, 0, 0];
  for (let bin = first; bin < last; bin += 1) {
    const at = start + bin * BIN_MS;
    const weight = Math.max(0, Math.min(to, at + BIN_MS) - Math.max(from, at));
    const known = decided[bin] ?? NaN;
    all += weight;
    if (Number.isNaN(known)) {
      open += weight;
      weights[bin - first] = weight;
    } else explained += weight * known;
  }
  if (open === 0) return null;
  const rest = Math.max(0, (watts * all - explained) / open);
  return { first, weights: weights.map((weight) => weight / all), part: open / all, watts: rest };
}

/** Idle power, and where something ran, the additional power that fits the observations best. */
function firstGuess({ busy, decided, idleW }: PowerQuestion, rows: readonly Row[]): Float64Array {
  const lowest = rows.reduce((least, { watts }) => Math.min(least, watts), Infinity);
  const idle = Math.max(idleW ?? (Number.isFinite(lowest) ? lowest : 0), FLOOR_W);
  let product = 0;
  let square = 0;
  for (const row of rows) {
    const active = mean(row, busy);
    product += active * (row.watts - idle);
    square += active * active;
  }
  const added = square === 0 ? 0 : Math.max(0, product / square);
  return busy.map((share, i) => {
    const known = decided[i] ?? NaN;
    return Number.isNaN(known) ? idle + share * added : known;
  });
}

/** One step: scales each bin by how far the observations that contain it are from the guess. */
function scale(watts: Float64Array, rows: readonly Row[]): void {
  const factors = new Float64Array(watts.length);
  const weights = new Float64Array(watts.length);
  for (const row of rows) {
    const ratio = row.watts / Math.max(mean(row, watts), FLOOR_W);
    row.weights.forEach((weight, i) => {
      const bin = row.first + i;
      factors[bin] = (factors[bin] ?? 0) + weight * ratio;
      weights[bin] = (weights[bin] ?? 0) + weight;
    });
  }
  for (let bin = 0; bin < watts.length; bin += 1) {
    const weight = weights[bin] ?? 0;
    if (weight > 0) watts[bin] = (watts[bin] ?? 0) * ((factors[bin] ?? 0) / weight);
  }
}

function mean({ first, weights, part }: Row, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i += 1) sum += (weights[i] ?? 0) * (values[first + i] ?? 0);
  return sum / part;
}

function covered({ busy, decided }: PowerQuestion, rows: readonly Row[]): boolean[] {
  const isCovered = Array.from(busy, (_, i) => !Number.isNaN(decided[i] ?? NaN));
  for (const { first, weights } of rows) {
    weights.forEach((weight, i) => {
      if (weight > 0) isCovered[first + i] = true;
    });
  }
  return isCovered;
}

/** Fills the bins between covered ones of the same run of activity or of idle time. */
function bridge(
  watts: Float64Array,
  isCovered: readonly boolean[],
  { busy, maxGapMs }: PowerQuestion,
): Float64Array {
  const result = watts.slice();
  const isBusy = (bin: number): boolean => (busy[bin] ?? 0) > 0;
  const limit = maxGapMs / BIN_MS;
  let bin = 0;
  while (bin < watts.length) {
    if (isCovered[bin] === true) {
      bin += 1;
      continue;
    }
    let end = bin;
    while (end < watts.length && isCovered[end] !== true && isBusy(end) === isBusy(bin)) end += 1;
    const isNear = end - bin <= limit;
    const joins = (other: number): boolean =>
      isNear && isCovered[other] === true && isBusy(other) === isBusy(bin);
    fill(
      result,
      bin,
      end,
      joins(bin - 1) ? watts[bin - 1] : undefined,
      joins(end) ? watts[end] : undefined,
    );
    bin = end;
  }
  return result;
}

/** Draws a line between two neighbours, or holds the only one. Without any, the power is unknown. */
function fill(
  watts: Float64Array,
  from: number,
  to: number,
  before: number | undefined,
  after: number | undefined,
): void {
  const left = before ?? after ?? NaN;
  const right = after ?? before ?? NaN;
  for (let bin = from; bin < to; bin += 1) {
    watts[bin] = left + ((right - left) * (bin - from + 1)) / (to - from + 1);
  }
}
