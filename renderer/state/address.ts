/**
 * The page's address lives in the hash: `#/history?range=24h`. Back, forward, reload and links
 * therefore work in the desktop too, where there is one file. wouter's own hash location puts the
 * query in front of the hash, where a server would see it.
 */
import { useCallback, useSyncExternalStore } from 'react';
import { useSearchParams } from 'wouter';
import { partOf } from '../../shared/page-address.ts';

interface NavigateOptions {
  /** Replaces the entry of the history, for changes that are no step for the user. */
  readonly replace?: boolean;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** The address without its `#`, with a leading slash. */
export function currentAddress(): string {
  const hash = location.hash.slice(1);
  return hash.startsWith('/') ? hash : `/${hash}`;
}

/** Goes to an address such as `/history?range=24h`. */
export function navigate(to: string, { replace = false }: NavigateOptions = {}): void {
  if (to === currentAddress()) return;
  const oldURL = location.href;
  history[replace ? 'replaceState' : 'pushState'](null, '', `#${to}`);
  // Changing the history does not tell anyone.
  window.dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: location.href }));
}

/** The location hook for wouter. */
export function useHashLocation(): [string, typeof navigate] {
  const path = useSyncExternalStore(subscribe, () => currentAddress().split('?', 1)[0] ?? '/');
  return [path, navigate];
}
useHashLocation.hrefs = (href: string): string => `#${href}`;

/** The query hook for wouter. */
export function useHashSearch(): string {
  return useSyncExternalStore(subscribe, () => {
    const address = currentAddress();
    const at = address.indexOf('?');
    return at === -1 ? '' : address.slice(at + 1);
  });
}

/** The part of the page in the address, such as a model's name; null without one. */
export function usePart(): string | null {
  return useSyncExternalStore(subscribe, () => partOf(currentAddress()));
}

/** Changes several parameters of the address in one step; null removes one. */
export function useParams(): [
  URLSearchParams,
  (changes: Readonly<Record<string, string | null>>) => void,
] {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (changes: Readonly<Record<string, string | null>>): void => {
      setParams((before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === null) after.delete(name);
          else after.set(name, value);
        }
        return after;
      });
    },
    [setParams],
  );
  return [params, change];
}

/**
 * One parameter of the address, such as a range or a filter. Setting the default, or null, removes
 * it. A change is a step back for the user unless `replace` is set, as for text while it is typed.
 */
export function useParam<Default extends string | null>(
  name: string,
  initial: Default,
): [string | Default, (value: string | null, options?: NavigateOptions) => void] {
  const [params, setParams] = useSearchParams();
  const set = (value: string | null, options: NavigateOptions = {}): void => {
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (value === null || value === initial) after.delete(name);
      else after.set(name, value);
      return after;
    }, options);
  };
  return [params.get(name) ?? initial, set];
}
