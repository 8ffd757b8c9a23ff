/** Counts attempts of the last minute or so. */
export interface Attempts {
  /** Counts one attempt; false if there were too many before it. */
  next(): boolean;
  /** Forgets all attempts. */
  reset(): void;
}

/**
 * Allows `most` attempts in any `withinMs` milliseconds.
 * @param now a clock that never goes back, in milliseconds
 */
export function limitAttempts(
  most: number,
  withinMs: number,
  now: () => number = () => performance.now(),
): Attempts {
  let times: number[] = [];
  return {
    next() {
      const at = now();
      times = times.filter((time) => at - time < withinMs);
      if (times.length >= most) return false;
      times.push(at);
      return true;
    },
    reset() {
      times = [];
    },
  };
}
