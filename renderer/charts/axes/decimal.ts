/** The character between whole and part in a locale: `.` or `,`. */
export function decimalSeparator(locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}

/**
 * Splits a formatted figure before its decimal separator, for two columns that meet there: `41.2` → `41`, `.2`. The
 * letters of a prefix such as `k` go to the right column: `12k` → `12`, `k`.
 */
export function splitAtDecimal(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  const isDecimal = at > 0 && /\d/.test(text.charAt(at - 1)) && /\d/.test(text.charAt(at + 1));
  if (isDecimal) return [text.slice(0, at), text.slice(at)];
  const [whole = text] = /^.*\d/.exec(text) ?? [];
  return [whole, text.slice(whole.length)];
}
