/**
 * Makes the head of an answer well formed if it is written in a way that other clients accept and
 * Node's parser does not. Node's own leniency (`insecureHTTPParser`) accepts too much, such as
 * control characters in values, and too little: neither a repeated length nor a space before a
 * colon.
 */

/** A head in strict form. */
export interface StrictHead {
  readonly text: string;
  /**
   * True if the head had both a length and chunked coding. The chunks count, and the connection must
   * not be used again (RFC 9112, 6.3), because its next answer cannot be told from a forged one.
   */
  readonly isAmbiguous: boolean;
}

/**
 * Rewrites a head that ends with its empty line. Accepts lines that end with LF alone (RFC 9112,
 * 2.2), spaces before the colon (RFC 9112, 5.1), the same length several times (RFC 9110, 8.6) and a
 * length beside chunked coding (RFC 9112, 6.3). Leaves everything else to the strict parser. Null if
 * nothing has to be changed.
 */
export function strictHead(head: string): StrictHead | null {
  if (!isSuspicious(head)) return null;
  const lines = head
    .replace(/^[\r\n]+/, '')
    .replace(/\r?\n\r?\n$/, '')
    .split(/\r?\n/)
    .map(withoutSpace);
  const lengths = valuesOf(lines, LENGTH);
  const isChunked = CHUNKED.test(valuesOf(lines, CODING).at(-1) ?? '');
  const framed = isChunked ? withLength(lines, null) : withLength(lines, commonLength(lengths));
  return {
    text: `${framed.join('\r\n')}\r\n\r\n`,
    isAmbiguous: isChunked && lengths.length > 0,
  };
}

const LENGTH = 'content-length';
const CODING = 'transfer-encoding';
/** Chunked is the last coding (RFC 9112, 6.1). */
const CHUNKED = /(?:^|,)[ \t]*chunked[ \t]*$/i;
const CODING_LINE = /\ntransfer-encoding:/i;

/** A quick look that sorts out almost all heads. */
function isSuspicious(head: string): boolean {
  if (/(?<!\r)\n|[ \t]:/.test(head)) return true;
  const [first, second] = head.matchAll(/\ncontent-length:([^\r\n]*)/gi);
  if (first === undefined) return false;
  return second !== undefined || first[1]?.includes(',') === true || CODING_LINE.test(head);
}

/** The line without spaces before its colon. A continued line, which begins with one, is left. */
function withoutSpace(line: string): string {
  const colon = line.indexOf(':');
  let end = colon;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  return end > 0 && end < colon ? line.slice(0, end) + line.slice(colon) : line;
}

function isNamed(line: string, name: string): boolean {
  return line.length > name.length && line.slice(0, name.length + 1).toLowerCase() === `${name}:`;
}

function valuesOf(lines: readonly string[], name: string): string[] {
  return lines.filter((line) => isNamed(line, name)).map((line) => line.slice(name.length + 1));
}

/** The lines with one length, in the place of the first one; null removes all. */
function withLength(lines: readonly string[], length: string | null | undefined): string[] {
  if (length === undefined) return [...lines];
  let isFirst = length !== null;
  return lines.flatMap((line) => {
    if (!isNamed(line, LENGTH)) return [line];
    if (!isFirst) return [];
    isFirst = false;
    return [`${line.slice(0, LENGTH.length)}: ${length ?? ''}`];
  });
}

/** The length that all values state; undefined if there is none or they differ. */
function commonLength(values: readonly string[]): string | undefined {
  const [first, ...others] = values.flatMap((value) => value.split(',')).map((one) => one.trim());
  if (first === undefined || !/^\d+$/.test(first)) return undefined;
  return others.every((other) => other === first) ? first : undefined;
}
