import { parseSettings } from '../../../shared/settings.ts';

type Plain = Readonly<Record<string, unknown>>;

/** A member of a settings document that is not a setting. */
export interface UnknownSetting {
  /** The path, such as `upstreams.0.exactusage`. */
  readonly path: string;
  /** The path of the setting that was probably meant; null if no name is similar. */
  readonly likely: string | null;
}

/** Most letters in which a mistyped name may differ from the setting's name. */
const SLIPS = 2;

/**
 * Lists the members of a settings document that are not settings. An invalid document gives an
 * empty list.
 */
export function unknownSettings(document: Plain): UnknownSetting[] {
  const result = parseSettings(document);
  return result.ok ? unknownMembers(document, result.settings, '') : [];
}

/**
 * Lists the members of `given` that `known` does not have, recursively and in the items of lists.
 * `known` is the result of parsing `given`: the schema drops unknown members and keeps maps with
 * free keys unchanged.
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

/** True for an object that is not a list. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Makes a name safe to show: it may hold any characters and have any length. */
function shown(key: string): string {
  return /^[\w$-]{1,60}$/.test(key) ? key : JSON.stringify(key.slice(0, 60));
}

function nearest(key: string, names: readonly string[]): string | null {
  const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const wanted = bare(key.slice(0, 60));
  const slips = new Map(names.map((name) => [name, distance(wanted, bare(name))]));
  const [best] = [...slips].sort(([, a], [, b]) => a - b);
  // A short name could match any other with two changes, so short names allow fewer.
  return best !== undefined && best[1] <= Math.min(SLIPS, wanted.length / 3) ? best[0] : null;
}

/** The number of letters to insert, delete or change (Levenshtein distance). */
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
