import type { Settings } from '../../../shared/settings.ts';
import { planKeys } from './key-plan.ts';
import type { KeyedUpstream, KeyPlan } from './key-plan.ts';
import type { StoredKey } from './secret-store.ts';
import { isPlain } from './setting-names.ts';

type Plain = Record<string, unknown>;

/**
 * The name under which the wall meter's token is stored. It begins with a space, which names of
 * upstreams cannot.
 */
export const WALL_METER_KEY = ' hardware.wallMeter';

/** The holders whose keys are planned anew; the keys of the others stay. */
export interface ChangedHolders {
  readonly upstreams: readonly KeyedUpstream[] | null;
  /** One wall meter, or none; null if it does not change. */
  readonly wallMeter: readonly KeyedUpstream[] | null;
}

/** The keys to store after a change of some holders. An upstream and a wall meter share no key. */
export function planHolders(
  stored: readonly StoredKey[],
  { upstreams, wallMeter }: ChangedHolders,
): KeyPlan {
  const others = stored.filter(({ upstream }) => upstream !== WALL_METER_KEY);
  const own = stored.filter(({ upstream }) => upstream === WALL_METER_KEY);
  const plan = upstreams === null ? { keys: others, unkept: [] } : planKeys(others, upstreams);
  const keys = wallMeter === null ? own : planKeys(own, wallMeter).keys;
  return { keys: [...plan.keys, ...keys], unkept: plan.unkept };
}

/** The holders that an edited document changes. One that it does not mention keeps its keys. */
export function holdersInDocument(settings: Settings): ChangedHolders {
  const { upstreams } = settings;
  const wallMeter = wallMeterHolder(settings, settings.hardware.wallMeter?.token);
  return {
    upstreams: upstreams.length === 0 ? null : upstreams,
    wallMeter: wallMeter === null ? null : [wallMeter],
  };
}

/**
 * The holders that a merge patch changes. A token of null is in the patch only: applying the patch
 * removes the member.
 */
export function holdersInPatch(patch: Plain, settings: Settings): ChangedHolders {
  const token = wallMeterOf(patch)?.token as string | null | undefined;
  const wallMeter = wallMeterHolder(settings, token);
  return {
    upstreams: Object.hasOwn(patch, 'upstreams') ? settings.upstreams : null,
    wallMeter: Object.hasOwn(patch, 'hardware') ? (wallMeter === null ? [] : [wallMeter]) : null,
  };
}

function wallMeterHolder(
  { hardware: { wallMeter } }: Settings,
  token: string | null | undefined,
): KeyedUpstream | null {
  const url = wallMeter?.kind === 'home-assistant' ? wallMeterUrl(wallMeter) : null;
  return url === null ? null : { name: WALL_METER_KEY, url: url.href, apiKey: token };
}

/** The meter's address as a URL; null if it is none. A host alone is taken as `http://`. */
export function wallMeterUrl({ address }: { readonly address: string }): URL | null {
  const text = /^https?:\/\//i.test(address) ? address : `http://${address}`;
  return URL.canParse(text) ? new URL(text) : null;
}

/** Returns a settings document without keys. Keys are never written to settings.json. */
export function withoutKeys(document: Plain): Plain {
  return withoutToken(withoutUpstreamKeys(document));
}

/** True if the document has a member for a key, even a null one. */
export function holdsKeys(document: Plain): boolean {
  const { upstreams } = document;
  const isInUpstream =
    Array.isArray(upstreams) && upstreams.some((each) => isPlain(each) && 'apiKey' in each);
  return isInUpstream || 'token' in (wallMeterOf(document) ?? {});
}

function withoutUpstreamKeys(document: Plain): Plain {
  const { upstreams } = document;
  if (!Array.isArray(upstreams)) return document;
  const clean = upstreams.map((upstream: unknown) =>
    isPlain(upstream) ? without(upstream, 'apiKey') : upstream,
  );
  return { ...document, upstreams: clean };
}

function withoutToken(document: Plain): Plain {
  const meter = wallMeterOf(document);
  if (meter === null || !isPlain(document.hardware)) return document;
  return { ...document, hardware: { ...document.hardware, wallMeter: without(meter, 'token') } };
}

function wallMeterOf({ hardware }: Plain): Plain | null {
  return isPlain(hardware) && isPlain(hardware.wallMeter) ? hardware.wallMeter : null;
}

function without(object: Plain, name: string): Plain {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
