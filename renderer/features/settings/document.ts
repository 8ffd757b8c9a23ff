type Plain = Readonly<Record<string, unknown>>;

/** What the API shows instead of a secret. */
export const HIDDEN = '(hidden)';

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path such as `retention.activityDays`; undefined if there is none. */
export function valueAt(document: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (isPlain(value) ? value[key] : undefined), document);
}

/** The merge patch that sets one value. */
export function patchAt(path: string, value: unknown): Record<string, unknown> {
  const [first = '', ...rest] = path.split('.');
  return { [first]: rest.length === 0 ? value : patchAt(rest.join('.'), value) };
}

/** One merge patch that does what both do. */
export function joinedPatch(one: Plain, other: Plain): Record<string, unknown> {
  const result: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const present = result[key];
    result[key] = isPlain(present) && isPlain(value) ? joinedPatch(present, value) : value;
  }
  return result;
}

/** The patch that sets one of several alternatives and removes the others. */
export function patchOfOne(
  path: string,
  value: unknown,
  alternatives: readonly (readonly string[])[],
): Record<string, unknown> {
  const patch = patchAt(path, value);
  if (value === null) return patch;
  const others = alternatives.find((each) => each.includes(path)) ?? [];
  return others
    .filter((other) => other !== path)
    .reduce((joined, other) => joinedPatch(joined, patchAt(other, null)), patch);
}

/**
 * The merge patch that undoes `patch`; null if it would need a secret, which nobody can read.
 * `before` are the settings as the API showed them before the patch.
 */
export function inversePatch(before: unknown, patch: Plain): Record<string, unknown> | null {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    const old = isPlain(before) ? before[key] : undefined;
    if (isPlain(value) && isPlain(old)) {
      const inner = inversePatch(old, value);
      if (inner === null) return null;
      result[key] = inner;
    } else if (Array.isArray(old) && Array.isArray(value)) {
      if (losesKeys(old, value)) return null;
      result[key] = old.map(withoutKey);
    } else {
      if (holdsSecret(old)) return null;
      result[key] = old ?? null;
    }
  }
  return result;
}

/** An item of a list as it is sent back: a key that is left out stays as it is. */
export function withoutKey(item: unknown): unknown {
  if (!isPlain(item) || !('apiKey' in item)) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => name !== 'apiKey'));
}

/** Keys belong to a name and an address. One whose owner is gone is gone too. */
function losesKeys(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.some(
    (old) =>
      isPlain(old) &&
      old.apiKey === HIDDEN &&
      !after.some(
        (item) =>
          isPlain(item) &&
          item.name === old.name &&
          item.url === old.url &&
          (!('apiKey' in item) || item.apiKey === HIDDEN),
      ),
  );
}

function holdsSecret(value: unknown): boolean {
  if (value === HIDDEN) return true;
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isPlain(value) && Object.values(value).some(holdsSecret);
}
