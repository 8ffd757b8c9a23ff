import { isDocument, soundnessOf } from './documents.ts';
import { secretsInJson } from './json-secrets.ts';
import type { JsonRules } from './json-secrets.ts';
import type { SecretNames } from './secret-names.ts';
import { moved } from './spans.ts';
import type { Span } from './spans.ts';
import { TextSecrets } from './text-secrets.ts';

/** A text without any of these, plain or escaped, has no names. */
const MARK = /[:=]|%3[ad]|\\u00/i;
/** A line that may be a document: in an event stream, or JSON by its first characters. */
const DOCUMENT_LINE =
  /^(?:data:[ \t]*[{[]|[ \t]*(?:\{[ \t]*["'}\\]|\[[ \t]*(?:["{[]|(?:-?\d[\d.]*|true|false|null)[ \t]*,)))/gm;
/** A document in one line. A document of several lines has no text after its bracket. */
const LINE_OF_JSON = /^(?:data:[ \t]*)?\{[ \t]*"/gm;

/**
 * Finds the values of named secrets in any text that was read as Latin-1: whole, cut or broken
 * JSON, JSON in JSON strings, event streams, forms, URLs, multipart bodies, lines of `name: value`.
 */
export function namedSecrets(text: string, names: SecretNames, by: string): Span[] {
  const rules: JsonRules = {
    isSecret: (name) => names.placeOf(name) === 'everywhere',
    secretsIn,
    by,
  };
  function secretsIn(part: string, isCut: boolean): Span[] {
    if (!MARK.test(part)) return [];
    const soundness = soundnessOf(part, isCut);
    if (soundness !== 'unsound') return secretsInJson(part, soundness, rules);
    return secretsInLines(part, isCut, rules, new TextSecrets(part, names, by));
  }
  return secretsIn(text, true);
}

/** Finds secrets in a text that is not one document: lines of documents, text, broken documents. */
function secretsInLines(
  text: string,
  isCut: boolean,
  rules: JsonRules,
  finder: TextSecrets,
): Span[] {
  const spans: Span[] = [];
  let at = 0;
  const add = (found: readonly Span[], end: number): void => {
    for (const span of found) spans.push(span);
    at = Math.max(end, found.at(-1)?.end ?? 0);
  };
  while (at < text.length) {
    const start = startOfDocument(text, at);
    if (start > at) {
      add(finder.inText(at, start), start);
      continue;
    }
    const end = endOfLine(text, start);
    const from = text.startsWith('data:', start) ? start + 5 : start;
    const line = text.slice(from, end);
    const soundness = soundnessOf(line, isCut && end === text.length);
    if (soundness !== 'unsound') {
      add(moved(secretsInJson(line, soundness, rules), from), end);
    } else {
      const broken = endOfBroken(text, start, end);
      add(finder.inBroken(start, broken), broken);
    }
  }
  return spans;
}

/**
 * Returns the start of the next line that is a document. At the start of a text, the document may
 * have several lines.
 */
function startOfDocument(text: string, at: number): number {
  if (at === 0 && isDocument(text)) return 0;
  DOCUMENT_LINE.lastIndex = at;
  return DOCUMENT_LINE.exec(text)?.index ?? text.length;
}

/**
 * Returns where reading continues after a broken document. If the broken document is one line, that
 * is the next line that is a document by itself; otherwise the end of the text.
 */
function endOfBroken(text: string, start: number, lineEnd: number): number {
  LINE_OF_JSON.lastIndex = start;
  if (LINE_OF_JSON.exec(text)?.index !== start) return text.length;
  LINE_OF_JSON.lastIndex = lineEnd;
  for (let next = LINE_OF_JSON.exec(text); next !== null; next = LINE_OF_JSON.exec(text)) {
    const end = endOfLine(text, next.index);
    const line = text.slice(next.index, end).replace(/^data:/, '');
    if (soundnessOf(line, false) === 'whole') return next.index - 1;
    LINE_OF_JSON.lastIndex = end;
  }
  return text.length;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}
