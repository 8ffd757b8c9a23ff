import { useLayoutEffect, useRef, useState } from 'react';

/** Data comes about four times a second, a little early or late. */
const EARLY_MS = 60;

/**
 * The value, taken over at most once in `intervalMs`. The last one always arrives. No timer runs without a change, and a
 * value that is due is drawn in the frame that brought it, not in one of its own.
 */
export function useAtMost<Value>(value: Value, intervalMs: number): Value {
  const [shown, setShown] = useState(() => value);
  const takenAt = useRef(Number.NEGATIVE_INFINITY);
  useLayoutEffect(() => {
    if (Object.is(value, shown)) return undefined;
    const take = (): void => {
      takenAt.current = performance.now();
      setShown(() => value);
    };
    const wait = takenAt.current + intervalMs - performance.now();
    if (wait <= EARLY_MS) {
      take();
      return undefined;
    }
    // Later than the next value, which then is drawn in its place.
    const timer = setTimeout(take, wait + EARLY_MS);
    return () => clearTimeout(timer);
  }, [value, shown, intervalMs]);
  return shown;
}
