/** The data of a chart as rows, for the hidden table and for CSV. */
export interface ChartTable {
  /** Names with units, such as `Speed (tok/s)`. */
  readonly columns: readonly string[];
  /** Unknown is null. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** RFC 4180 with a header row. Unknown is an empty field. */
export function toCsv({ columns, rows }: ChartTable): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  // Spreadsheets run text that begins so as a formula; a model's name comes from outside.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** At most `most` rows, evenly chosen, the first and the last among them. */
export function thinRows<Row>(rows: readonly Row[], most: number): readonly Row[] {
  if (rows.length <= most) return rows;
  const last = rows.length - 1;
  const chosen = new Set(
    Array.from({ length: most }, (_, index) => Math.round((index * last) / (most - 1))),
  );
  return rows.filter((_, index) => chosen.has(index));
}

/** A file name from a title: letters and digits of any script, joined by `-`. */
export function fileName(title: string, extension: string): string {
  const name =
    title
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join('-') ?? 'chart';
  return `tokwatt-${name}.${extension}`;
}
