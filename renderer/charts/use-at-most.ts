import { useEffect, useRef, useState } from 'react';

/** The value, taken over at most once in `intervalMs`. The last one always arrives. No timer runs without a change. */
export function useAtMost<Value>(value: Value, intervalMs: number): Value {
  const [shown, setShown] = useState(() => value);
  const takenAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (Object.is(value, shown)) return;
    const wait = Math.max(0, takenAt.current + intervalMs - performance.now());
    const timer = setTimeout(() => {
      takenAt.current = performance.now();
      setShown(() => value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, shown, intervalMs]);
  return shown;
}
