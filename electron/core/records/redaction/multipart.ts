/** The name of a part, behind `name=`, with or without quotes. */
const FIELD = /"?([^"\r\n;]{0,256})"?/y;

/** A name that the header of a part of a multipart body gives to it, and where it ends. */
export interface PartName {
  readonly name: string;
  readonly end: number;
}

/** The name behind a `name=` that ends at a position; null if that is in no header of a part. */
export function partNameAt(text: string, from: number): PartName | null {
  const before = text.slice(Math.max(0, from - 200), from);
  if (!/disposition|form-data/i.test(before.slice(before.lastIndexOf('\n') + 1))) return null;
  FIELD.lastIndex = from;
  const [whole = '', name = ''] = FIELD.exec(text) ?? [];
  return { name, end: from + whole.length };
}

/** Where the part ends whose header is at a position: at the next line like the one before the part. */
export function endOfPart(text: string, at: number): number {
  const before = text.lastIndexOf('\n--', at) + 1;
  if (!text.startsWith('--', before)) return text.length;
  const [boundary = ''] = /^--[^\r\n]{0,200}/.exec(text.slice(before, before + 202)) ?? [];
  const next = text.indexOf(`\n${boundary}`, at);
  if (next === -1 || boundary.length < 3) return text.length;
  return text[next - 1] === '\r' ? next - 1 : next;
}
