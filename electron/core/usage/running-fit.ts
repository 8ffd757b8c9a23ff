/**
 * Fits tokens to a size (bytes, chunks or characters) with a straight line, one pair at a time.
 * Relative errors count, so that a long prompt weighs no more than a short one. Newer pairs weigh
 * more than older ones.
 */

/** Factor on the weight of all earlier pairs for each new pair: about the last 50 count. */
const MEMORY = 0.98;
/** Weight of the newest error in the expected error, once there are enough errors to average. */
const ERROR_WEIGHT = 0.1;
/** Fewest pairs for a usable fit. */
const ENOUGH = 8;
/** A pair is an outlier if its error is above this multiple of the expected error ... */
const OUTLIER = 6;
/** ... and above this fraction of its tokens. */
const OUTLIER_AT_LEAST = 0.5;
/** Consecutive outliers after which the fit starts anew: the model or its template has changed. */
const MOST_OUTLIERS = 4;
/** Smallest relative variance of the sizes from which a slope and an offset are computed. */
const MIN_SPREAD = 0.001;
/** Largest variance of the line itself, relative to the variance of a pair around it. */
const MAX_LINE_VARIANCE = 1;
/** Without a slope, tokens are taken as proportional up to this multiple of the mean size. */
const NEAR = 2;

/** Sums over the pairs, each weighted with one over its tokens squared. */
export interface FitState {
  readonly pairs: number;
  readonly weight: number;
  readonly sizes: number;
  readonly tokens: number;
  readonly squares: number;
  readonly products: number;
  /** Number of pairs that were predicted before they were used. */
  readonly predicted: number;
  /** Mean relative error of the latest predictions, as a fraction. */
  readonly error: number;
  /** Outliers since the last pair that was used. */
  readonly outliers: number;
}

export interface Prediction {
  readonly tokens: number;
  /** The expected relative error as a fraction; null if it is unknown. */
  readonly error: number | null;
}

export const NO_FIT: FitState = {
  pairs: 0,
  weight: 0,
  sizes: 0,
  tokens: 0,
  squares: 0,
  products: 0,
  predicted: 0,
  error: 0,
  outliers: 0,
};

/** Returns the fit with one more pair. A pair with a number that is not above 0 is ignored. */
export function withPair(fit: FitState, size: number, tokens: number): FitState {
  if (!(size > 0) || !(tokens > 0)) return fit;
  const predicted = predict(fit, size);
  const isTested = predicted !== null && predicted.error !== null;
  const error = isTested ? Math.abs(predicted.tokens - tokens) / tokens : null;
  if (error !== null && isOutlier(fit, error)) {
    return fit.outliers + 1 < MOST_OUTLIERS
      ? { ...fit, outliers: fit.outliers + 1 }
      : withPair(NO_FIT, size, tokens);
  }
  const added = 1 / tokens ** 2;
  return {
    pairs: fit.pairs + 1,
    weight: fit.weight * MEMORY + added,
    sizes: fit.sizes * MEMORY + size * added,
    tokens: fit.tokens * MEMORY + tokens * added,
    squares: fit.squares * MEMORY + size ** 2 * added,
    products: fit.products * MEMORY + size * tokens * added,
    predicted: fit.predicted + (error === null ? 0 : 1),
    error: error === null ? fit.error : meanError(fit, error),
    outliers: 0,
  };
}

/** True if the fit has enough pairs for estimates. */
export function isUsable({ pairs, predicted }: FitState): boolean {
  return pairs >= ENOUGH && predicted > 0;
}

function isOutlier(fit: FitState, error: number): boolean {
  return isUsable(fit) && error > Math.max(OUTLIER_AT_LEAST, OUTLIER * fit.error);
}

/** The first errors are averaged. Later ones move the average a little. */
function meanError({ predicted, error }: FitState, newest: number): number {
  return error + (newest - error) * Math.max(ERROR_WEIGHT, 1 / (predicted + 1));
}

/**
 * The tokens for a size. Null before the first pair, and for a size so much larger than those of
 * the pairs that they say little about it.
 */
export function predict(fit: FitState, size: number): Prediction | null {
  if (fit.pairs === 0) return null;
  return onLine(fit, size) ?? inProportion(fit, size);
}

/** By a line with an offset, such as a chat template's tokens. The error grows with the distance. */
function onLine({ weight, sizes, squares, ...fit }: FitState, size: number): Prediction | null {
  const mean = sizes / weight;
  const spread = squares - sizes * mean;
  // Sizes that hardly differ determine no slope.
  if (spread <= MIN_SPREAD * squares) return null;
  const slope = (fit.products - fit.tokens * mean) / spread;
  const tokens = fit.tokens / weight + slope * (size - mean);
  if (slope <= 0 || tokens <= 0) return null;
  // The variance of a prediction in weighted linear regression, relative to that of one pair.
  const variance = (1 / weight + (size - mean) ** 2 / spread) / tokens ** 2;
  if (variance > MAX_LINE_VARIANCE) return null;
  return { tokens, error: fit.error * Math.sqrt(1 + variance) };
}

/**
 * Far above the mean size, a part that does not grow with it would be multiplied. Far below, it is
 * missing, which matters less; only the error is unknown.
 */
function inProportion(fit: FitState, size: number): Prediction | null {
  const mean = fit.sizes / fit.weight;
  if (size > mean * NEAR) return null;
  const error = size < mean / NEAR ? null : fit.error;
  return { tokens: (fit.products / fit.squares) * size, error };
}
