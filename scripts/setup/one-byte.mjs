// @ts-check
/**
 * The same program with no character above U+00FF: V8 keeps a source with one such character in two bytes for every
 * character, as long as the program runs. Escapes mean the same in strings, templates and regular expressions.
 * @param {string} code
 */
export function oneByteSource(code) {
  return code.replaceAll(
    /[\u0100-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
