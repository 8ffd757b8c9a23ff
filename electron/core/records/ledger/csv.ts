export type CsvValue = string | number | boolean | null;

/** Spreadsheets treat cells with these first characters as formulas. Source: OWASP's list. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Returns one line of CSV by RFC 4180, with its line end. Text that a spreadsheet would run as a
 * formula gets an apostrophe in front. Numbers stay as they are, and null is an empty cell.
 */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

function cell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
