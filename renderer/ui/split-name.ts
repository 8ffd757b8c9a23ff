/** The longest and the shortest end worth keeping, in characters. */
const LONGEST_END = 14;
const SHORTEST_END = 3;
/** What stays where a name has no natural joint near its end. */
const PLAIN_END = 8;
const SHORT_ENOUGH = 16;

/**
 * A name in two parts, for display where the first one may be cut. Model names differ at both ends
 * (family and quantisation), so the second part is the last meaningful piece: `:Q4_K_M`, `-q8_0`.
 */
export function splitName(name: string): readonly [start: string, end: string] {
  if (name.length <= SHORT_ENOUGH) return [name, ''];
  const joint = Math.max(...[':', '/', '-'].map((mark) => name.lastIndexOf(mark)));
  const length = name.length - joint;
  const natural = joint > 0 && length >= SHORTEST_END && length <= LONGEST_END;
  const cut = natural ? joint : name.length - PLAIN_END;
  return [name.slice(0, cut), name.slice(cut)];
}
