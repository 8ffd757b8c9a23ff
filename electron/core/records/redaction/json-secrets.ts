import type { Soundness } from './documents.ts';
import { endOfString, spansInString } from './json-strings.ts';
import { moved } from './spans.ts';
import type { Span } from './spans.ts';

/** How to recognise secrets in JSON and in the text of its strings. */
export interface JsonRules {
  /** `name` is given as written in the JSON, with its escapes. */
  isSecret(name: string): boolean;
  /** `isCut`: the text may be cut off. */
  secretsIn(text: string, isCut: boolean): readonly Span[];
  readonly by: string;
}

const SPACE = /\s*/y;
const LITERAL = /[\w.+-]*/y;

/**
 * Finds the values of secret members, and secrets in all other strings, in JSON that is whole or
 * cut off at its end. A string replaces each of them.
 */
export function secretsInJson(
  text: string,
  soundness: Exclude<Soundness, 'unsound'>,
  rules: JsonRules,
): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (let open = text.indexOf('"'); open !== -1; open = text.indexOf('"', at)) {
    const close = endOfString(text, open + 1);
    const content = text.slice(open + 1, close === -1 ? text.length : close);
    const colon = close === -1 ? text.length : skip(SPACE, text, close + 1);
    if (text[colon] === ':' && rules.isSecret(content)) {
      const start = skip(SPACE, text, colon + 1);
      const end = soundness === 'whole' ? endOfValue(text, start) : endOfCutValue(text, start);
      if (end > start) spans.push({ start, end, by: JSON.stringify(rules.by) });
      at = end;
    } else {
      const found = spansInString(content, (inner) => rules.secretsIn(inner, close === -1));
      for (const span of moved(found, open + 1)) spans.push(span);
      at = open + 1 + content.length + 1;
    }
  }
  return spans;
}

/** Returns the end of the value at a position, or of the text if the value is cut off. */
function endOfValue(text: string, at: number): number {
  const first = text[at];
  if (first === '"') return behindString(text, at);
  return first === '{' || first === '[' ? behindContainer(text, at) : skip(LITERAL, text, at);
}

function behindString(text: string, open: number): number {
  const close = endOfString(text, open + 1);
  return close === -1 ? text.length : close + 1;
}

function behindContainer(text: string, from: number): number {
  const marks = /[{}[\]"]/g;
  marks.lastIndex = from;
  let depth = 0;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const [mark] = found;
    if (mark === '"') marks.lastIndex = behindString(text, found.index);
    else depth += mark === '{' || mark === '[' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}

/**
 * Like `endOfValue`, for JSON that is cut off. A surplus quote or bracket may be hidden behind the
 * cut, so an object or array extends to the end of the text, and so does a string without a whole
 * name and colon after it.
 */
function endOfCutValue(text: string, at: number): number {
  if (text[at] === '{' || text[at] === '[') return text.length;
  const end = endOfValue(text, at);
  const comma = skip(SPACE, text, end);
  const open = skip(SPACE, text, comma + 1);
  if (text[comma] !== ',' || text[open] !== '"') return end;
  return text[skip(SPACE, text, behindString(text, open))] === ':' ? end : text.length;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
