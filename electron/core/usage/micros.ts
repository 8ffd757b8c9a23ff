/** Rounds milliseconds to microseconds, the precision of the clocks used here. */
export function micros<T extends number | null>(ms: T): T {
  return (ms === null ? null : Math.round(ms * 1_000) / 1_000) as T;
}
