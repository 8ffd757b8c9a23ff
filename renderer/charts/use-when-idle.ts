import { startTransition, useEffect, useState } from 'react';

/** Latest, milliseconds. */
const MOST_MS = 1_000;

/** True once the browser has had time since the first frame. For what is not seen when a page opens. */
export function useWhenIdle(): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => whenIdle(() => startTransition(() => setIdle(true))), []);
  return isIdle;
}

/** Returns a function that cancels it. */
function whenIdle(run: () => void): () => void {
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(run, MOST_MS / 4);
    return () => clearTimeout(timer);
  }
  const request = requestIdleCallback(run, { timeout: MOST_MS });
  return () => cancelIdleCallback(request);
}
