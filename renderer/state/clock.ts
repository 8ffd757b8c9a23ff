import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

function subscribe(listener: () => void): () => void {
  const timer = setInterval(() => {
    // A hidden page needs no countdowns.
    if (!document.hidden) listener();
  }, TICK_MS);
  document.addEventListener('visibilitychange', listener);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', listener);
  };
}

const never = (): (() => void) => () => undefined;

function thisSecond(): number {
  return Math.floor(Date.now() / TICK_MS) * TICK_MS;
}

/** The current time in whole seconds, Unix milliseconds. It advances only while `running`. */
export function useNow(running: boolean): number {
  return useSyncExternalStore(running ? subscribe : never, thisSecond);
}

/** A figure of the current time, such as a rounded one. The caller is drawn again only when it changes. */
export function useTick(running: boolean, read: (now: number) => number): number {
  return useSyncExternalStore(running ? subscribe : never, () => read(thisSecond()));
}
