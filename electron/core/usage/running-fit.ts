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

/** Sums over the pairs, each weighted with one over its tokens squared. */
export interface FitState {
  readonly pairs: number;
  readonly weight: number;
  readonly sizes: number;
  readonly tokens: number;
  readonly squares: number;
  readonly products: number;
  /** Mean relative error of the latest predictions, as a fraction. */
  readonly error: number;
  /** Outliers since the last pair that was used. */
  readonly outliers: number;
}

export const NO_FIT: FitState = {
  pairs: 0,
  weight: 0,
  sizes: 0,
  tokens: 0,
  squares: 0,
  products: 0,
  error: 0,
  outliers: 0,
};

/** Returns the fit with one more pair. A pair with a number that is not above 0 is ignored. */
export function withPair(fit: FitState, size: number, tokens: number): FitState {
  if (!(size > 0) || !(tokens > 0)) return fit;
  const predicted = predict(fit, size);
  const error = predicted === null ? null : Math.abs(predicted - tokens) / tokens;
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
    error: error === null ? fit.error : meanError(fit, error),
    outliers: 0,
  };
}

/** True if the fit has enough pairs for estimates. */
export function isUsable({ pairs }: FitState): boolean {
  return pairs >= ENOUGH;
}

function isOutlier(fit: FitState, error: number): boolean {
  return isUsable(fit) && error > Math.max(OUTLIER_AT_LEAST, OUTLIER * fit.error);
}

/** The first errors are averaged. Later ones move the average a little. */
function meanError({ pairs, error }: FitState, newest: number): number {
  return error + (newest - error) * Math.max(ERROR_WEIGHT, 1 / pairs);
}

/** The tokens for a size; null before the first pair. */
export function predict(fit: FitState, size: number): number | null {
  if (fit.pairs === 0) return null;
  const spread = fit.weight * fit.squares - fit.sizes ** 2;
  // Sizes that hardly differ determine no slope, so tokens are taken as proportional to them.
  if (spread > MIN_SPREAD * fit.weight * fit.squares) {
    const slope = (fit.weight * fit.products - fit.sizes * fit.tokens) / spread;
    const offset = (fit.tokens - slope * fit.sizes) / fit.weight;
    const tokens = offset + slope * size;
    if (slope > 0 && tokens > 0) return tokens;
  }
  return (fit.products / fit.squares) * size;
}
