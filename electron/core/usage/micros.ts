/** Milliseconds to the microsecond: more figures would claim what no clock here measures. */
export function micros<T extends number | null>(ms: T): T {
  return (ms === null ? null : Math.round(ms * 1_000) / 1_000) as T;
}
