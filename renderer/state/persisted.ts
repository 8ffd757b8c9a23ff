import { useSyncExternalStore } from 'react';

/**
 * Small choices of this window that survive a restart, such as chosen columns. Settings that other
 * windows share belong to the main process.
 */
const PREFIX = 'tokwatt.';
const listeners = new Set<() => void>();

/** The stored text of a key, or null. */
export function readPersisted(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    // A browser may forbid storage. The choice then lasts until the page is closed.
    return null;
  }
}

/** Stores a text, or removes it if it is null. */
export function writePersisted(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // Not stored; see above.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** A persisted text, and the function that changes it; null if it was never set. */
export function usePersisted(key: string): [string | null, (value: string | null) => void] {
  const value = useSyncExternalStore(subscribe, () => readPersisted(key));
  return [value, (next) => writePersisted(key, next)];
}
