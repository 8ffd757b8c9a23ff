/** The name of a part after `name=`, with or without quotes. */
const FIELD = /"?([^"\r\n;]{0,256})"?/y;

/** The name in the header of a multipart part, and where it ends. */
export interface PartName {
  readonly name: string;
  readonly end: number;
}

/**
 * Returns the name after a `name=` that ends at a position; null if that is not in a part's header.
 */
export function partNameAt(text: string, from: number): PartName | null {
  const before = text.slice(Math.max(0, from - 200), from);
  if (!/disposition|form-data/i.test(before.slice(before.lastIndexOf('\n') + 1))) return null;
  FIELD.lastIndex = from;
  const [whole = '', name = ''] = FIELD.exec(text) ?? [];
  return { name, end: from + whole.length };
}

/**
 * Returns the end of the part whose header contains a position: the next line equal to the boundary
 * line before the part.
 */
export function endOfPart(text: string, at: number): number {
  const before = text.lastIndexOf('\n--', at) + 1;
  if (!text.startsWith('--', before)) return text.length;
  const [boundary = ''] = /^--[^\r\n]{0,200}/.exec(text.slice(before, before + 202)) ?? [];
  const next = text.indexOf(`\n${boundary}`, at);
  if (next === -1 || boundary.length < 3) return text.length;
  return text[next - 1] === '\r' ? next - 1 : next;
}
