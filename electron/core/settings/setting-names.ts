import { parseSettings } from '../../../shared/settings.ts';

type Plain = Readonly<Record<string, unknown>>;

/** A member that no setting has. */
export interface UnknownSetting {
  /** As in `upstreams.0.exactusage`. */
  readonly path: string;
  /** The setting that is probably meant, likewise; null if none is near. */
  readonly likely: string | null;
}

/** How much a name may differ from the one that is meant: two slips of the finger. */
const SLIPS = 2;

/** The members of a settings document that no setting has. None of what is no valid document. */
export function unknownSettings(document: Plain): UnknownSetting[] {
  const result = parseSettings(document);
  return result.ok ? unknownMembers(document, result.settings, '') : [];
}

/**
 * The members of `given` that `known` has not, all the way down and in the items of lists. `known`
 * is what the schema made of it: it drops what it does not know, and maps with free keys come back
 * as they went in.
 */
export function unknownMembers(given: unknown, known: unknown, prefix: string): UnknownSetting[] {
  if (Array.isArray(given) && Array.isArray(known)) {
    return given.flatMap((item: unknown, i) => unknownMembers(item, known[i], `${prefix}${i}.`));
  }
  if (!isPlain(given) || !isPlain(known)) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    if (Object.hasOwn(known, key)) return unknownMembers(value, known[key], `${prefix}${key}.`);
    const likely = nearest(key, Object.keys(known));
    return [
      { path: `${prefix}${shown(key)}`, likely: likely === null ? null : `${prefix}${likely}` },
    ];
  });
}

/** True for an object of members, and for no list. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A name may be anything; what is shown is one short line. */
function shown(key: string): string {
  return /^[\w$-]{1,60}$/.test(key) ? key : JSON.stringify(key.slice(0, 60));
}

function nearest(key: string, names: readonly string[]): string | null {
  const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const wanted = bare(key.slice(0, 60));
  const slips = new Map(names.map((name) => [name, distance(wanted, bare(name))]));
  const [best] = [...slips].sort(([, a], [, b]) => a - b);
  // Of a short name, two slips leave nothing.
  return best !== undefined && best[1] <= Math.min(SLIPS, wanted.length / 3) ? best[0] : null;
}

/** How many letters must be put in, taken out or changed (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 0; i < from.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j += 1) {
      const change = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
