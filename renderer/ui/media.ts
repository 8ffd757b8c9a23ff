import { useSyncExternalStore } from 'react';

/** True while the media query matches. */
export function useMedia(query: string): boolean {
  const list = listOf(query);
  return useSyncExternalStore(list.subscribe, list.matches);
}

interface WatchedList {
  readonly subscribe: (listener: () => void) => () => void;
  readonly matches: () => boolean;
}

/** Kept, because the browser evaluates a new list at once. */
const lists = new Map<string, WatchedList>();

function listOf(query: string): WatchedList {
  const kept = lists.get(query);
  if (kept !== undefined) return kept;
  const list = window.matchMedia(query);
  const made: WatchedList = {
    subscribe: (listener) => {
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    matches: () => list.matches,
  };
  lists.set(query, made);
  return made;
}
