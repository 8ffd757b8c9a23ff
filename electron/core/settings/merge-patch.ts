import { isPlain, unknownMembers } from './setting-names.ts';

type Plain = Readonly<Record<string, unknown>>;

/**
 * Applies a JSON merge patch (RFC 7396): objects are merged, `null` removes a member, any other
 * value replaces. Changes neither argument.
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
 * Finds a fault of a patch that the schema does not report: the path of an unknown setting, or a
 * value where an object is needed. Returns the first; null if there is none. `settings` is the
 * parsed document after the patch; maps with free keys are in it unchanged.
 */
export function patchFault(patch: Plain, settings: Plain, prefix = ''): string | null {
  for (const [key, value] of Object.entries(patch)) {
    // The patch has removed this member from the document, so it cannot be looked up there.
    if (value === null) continue;
    const path = `${prefix}${key}`;
    if (!Object.hasOwn(settings, key)) return `${path}: there is no such setting`;
    const known = settings[key];
    if (Array.isArray(known)) {
      // Lists are replaced as a whole, so a null in an item removes nothing.
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
