import { isPlain, unknownMembers } from './setting-names.ts';

type Plain = Readonly<Record<string, unknown>>;

/**
 * The document after a JSON merge patch (RFC 7396): an object is merged, `null` takes a member out,
 * anything else replaces. Neither argument is changed.
 */
export function mergePatch(target: Plain, patch: Plain): Record<string, unknown> {
  const result: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else if (isPlain(value)) {
      result[key] = mergePatch(isPlain(result[key]) ? result[key] : {}, value);
    } else result[key] = value;
  }
  return result;
}

/**
 * What the schema does not see in a patch: the first path that no setting has, or a list in the place
 * of an object. Null if there is nothing. `settings` is the document after the patch, parsed; maps
 * with free keys come back as they went in.
 */
export function patchFault(patch: Plain, settings: Plain, prefix = ''): string | null {
  for (const [key, value] of Object.entries(patch)) {
    // A member that is to go is gone by now, and one that never was is none the less.
    if (value === null) continue;
    const path = `${prefix}${key}`;
    if (!Object.hasOwn(settings, key)) return `${path}: there is no such setting`;
    const known = settings[key];
    if (Array.isArray(known)) {
      // Lists are replaced whole: in their items nothing goes for being null.
      const [unknown] = unknownMembers(value, known, `${path}.`);
      if (unknown !== undefined) return `${unknown.path}: there is no such setting`;
    }
    if (!isPlain(known)) continue;
    if (!isPlain(value)) return `${path}: must be an object`;
    const inner = patchFault(value, known, `${path}.`);
    if (inner !== null) return inner;
  }
  return null;
}
