import { pairUp } from './pair-up.ts';
import { HIDDEN } from './secrets.ts';
import type { StoredKey } from './secret-store.ts';

/** What an upstream's setting says about its key. */
export interface KeyedUpstream {
  readonly name: string;
  readonly url: string;
  /** A new key; `(hidden)` or undefined to keep the present key; null or empty to remove it. */
  readonly apiKey?: string | null | undefined;
}

export interface KeyPlan {
  readonly keys: readonly StoredKey[];
  /** Indexes of upstreams with `(hidden)` for which no key is stored for their address. */
  readonly unkept: readonly number[];
}

/**
 * Returns the keys to store for a new list of upstreams. An upstream keeps its key if scheme, host
 * and port of its address stay the same. A new name takes over the key of a removed upstream with
 * the same address. All other keys are removed. Pure.
 */
export function planKeys(
  stored: readonly StoredKey[],
  upstreams: readonly KeyedUpstream[],
): KeyPlan {
  // Upstreams with an unchanged name come first, so that no other upstream takes their key.
  const present = pairUp(
    stored,
    upstreams,
    (key, { name, url }) => key.upstream === name && key.origin === originOf(url),
    (key, upstream) => keepsKey(upstream) && key.origin === originOf(upstream.url),
  );
  const unkept: number[] = [];
  const keys = upstreams.flatMap(({ name, url, apiKey }, index) => {
    const origin = originOf(url);
    if (apiKey === null || apiKey === '') return [];
    if (apiKey !== undefined && apiKey !== HIDDEN) return { upstream: name, origin, key: apiKey };
    const kept = present[index] ?? null;
    if (kept !== null) return { ...kept, upstream: name };
    if (apiKey === HIDDEN) unkept.push(index);
    return [];
  });
  return { keys, unkept };
}

/** True if the setting asks to keep the present key. */
function keepsKey({ apiKey }: KeyedUpstream): boolean {
  return apiKey === undefined || apiKey === HIDDEN;
}

/** Returns scheme, host and port of an upstream's address. */
export function originOf(url: string | URL): string {
  return new URL(url).origin;
}
