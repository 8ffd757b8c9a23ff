/**
 * Pairs each wanted item with a present one; no present one is given twice. A rule is applied to all
 * items before the next rule, so no item takes by a later rule what another has by an earlier one.
 * Null for an item without a partner.
 */
export function pairUp<Present, Wanted>(
  present: readonly Present[],
  wanted: readonly Wanted[],
  ...rules: readonly ((present: Present, wanted: Wanted) => boolean)[]
): (Present | null)[] {
  const left = new Set(present);
  const partners = wanted.map((): Present | null => null);
  for (const rule of rules) {
    for (const [index, item] of wanted.entries()) {
      if (partners[index] !== null) continue;
      const found = [...left].find((each) => rule(each, item));
      if (found === undefined) continue;
      left.delete(found);
      partners[index] = found;
    }
  }
  return partners;
}
