import { useSyncExternalStore } from 'react';
import { localDate } from '../../../shared/format.ts';

const MINUTE_MS = 60_000;

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, MINUTE_MS);
  return () => clearInterval(timer);
}

/** Noon of today, which changes once a day, so that a table need not be drawn each second. */
export function useToday(): number {
  const day = useSyncExternalStore(subscribe, () => localDate(Date.now()));
  return new Date(`${day}T12:00:00`).getTime();
}
