import { moved } from './spans.ts';
import type { Span } from './spans.ts';

const MARK = /["\\]/g;
const SHORT: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/**
 * Returns the index of the closing quote of a JSON string whose content starts at `from`; -1 if it
 * is cut off.
 */
export function endOfString(text: string, from: number): number {
  MARK.lastIndex = from;
  for (let found = MARK.exec(text); found !== null; found = MARK.exec(text)) {
    if (found[0] === '"') return found.index;
    MARK.lastIndex = found.index + 2;
  }
  return -1;
}

/**
 * Finds spans in the decoded text of a JSON string, and returns their positions in the encoded
 * content.
 */
export function spansInString(content: string, find: (text: string) => readonly Span[]): Span[] {
  if (!content.includes('\\')) return moved(find(content), 0);
  const { text, offsets } = withOffsets(content);
  return find(text).map(({ start, end, by }) => ({
    start: offsets[start] ?? content.length,
    end: offsets[end] ?? content.length,
    by: JSON.stringify(by).slice(1, -1),
  }));
}

/** Returns the decoded text and the position of each of its characters in the encoded content. */
function withOffsets(content: string): { readonly text: string; readonly offsets: Uint32Array } {
  const offsets = new Uint32Array(content.length + 1);
  const pieces: string[] = [];
  let length = 0;
  let at = 0;
  const copy = (end: number): void => {
    if (end > at) pieces.push(content.slice(at, end));
    for (; at < end; at += 1) offsets[length++] = at;
  };
  for (let next = content.indexOf('\\'); next !== -1; next = content.indexOf('\\', at)) {
    copy(next);
    const char = content[next + 1] ?? '';
    const isCode = char === 'u';
    offsets[length] = next;
    at = Math.min(content.length, next + (isCode ? 6 : 2));
    const code = isCode ? parseInt(content.slice(next + 2, at), 16) : NaN;
    const decoded = isCode ? String.fromCharCode(code) : (SHORT[char] ?? char);
    pieces.push(decoded);
    length += decoded.length;
  }
  copy(content.length);
  offsets[length] = content.length;
  return { text: pieces.join(''), offsets: offsets.subarray(0, length + 1) };
}
