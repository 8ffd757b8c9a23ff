/** Longest and shortest end that is kept whole, characters. */
const LONGEST_END = 14;
const SHORTEST_END = 3;
/** Length of the end for a name without a separator near its end. */
const PLAIN_END = 8;
const SHORT_ENOUGH = 16;

/**
 * Splits a name into two parts; only the first may be cut off in display. Model names differ at
 * both ends (family and quantization), so the second part is the last meaningful piece: `:Q4_K_M`,
 * `-q8_0`.
 */
export function splitName(name: string): readonly [start: string, end: string] {
  if (name.length <= SHORT_ENOUGH) return [name, ''];
  const joint = Math.max(...[':', '/', '-'].map((mark) => name.lastIndexOf(mark)));
  const length = name.length - joint;
  const natural = joint > 0 && length >= SHORTEST_END && length <= LONGEST_END;
  const cut = natural ? joint : name.length - PLAIN_END;
  return [name.slice(0, cut), name.slice(cut)];
}
