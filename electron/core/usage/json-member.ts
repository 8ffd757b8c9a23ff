/** Edits one top-level member in the text of a JSON object and keeps all other bytes. */
import { ValueSkipper } from './json-skipper.ts';
import { parseJson } from './json-text.ts';

/** Positions of a member in the bytes of its object. */
interface MemberSpan {
  /** The comma before the member; -1 for the first member. */
  readonly comma: number;
  readonly key: number;
  readonly value: number;
  /** The position after the value. */
  readonly end: number;
}

const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const WHITESPACE = new Set([0x20, 0x0a, 0x0d, 0x09]);

/**
 * Returns the object without the member, its separating comma included. Null if the member does
 * not occur exactly once.
 *
 * @param json the bytes of one object that `JSON.parse` accepts
 */
export function withoutMember(json: Buffer, name: string): Buffer | null {
  const span = findMember(json, name);
  if (span === null) return null;
  if (span.comma !== -1) return joined(json.subarray(0, span.comma), json.subarray(span.end));
  const next = skipSpace(json, span.end);
  const rest = json[next] === COMMA ? skipSpace(json, next + 1) : span.end;
  return joined(json.subarray(0, span.key), json.subarray(rest));
}

/**
 * Returns the object with another value for the member. Null if the member does not occur exactly
 * once.
 *
 * @param json the bytes of one object that `JSON.parse` accepts
 */
export function withMemberValue(json: Buffer, name: string, value: string): Buffer | null {
  const span = findMember(json, name);
  if (span === null) return null;
  return joined(json.subarray(0, span.value), Buffer.from(value), json.subarray(span.end));
}

/** The text of a member's value. Null if the member does not occur exactly once. */
export function memberText(json: Buffer, name: string): Buffer | null {
  const span = findMember(json, name);
  return span === null ? null : json.subarray(span.value, span.end);
}

/** Returns the object with one more member at its end. Null if the bytes are not an object. */
export function withLastMember(json: Buffer, name: string, value: Buffer): Buffer | null {
  const end = json.lastIndexOf(CLOSE_OBJECT);
  if (end === -1) return null;
  const isEmpty = json[skipSpace(json, json.indexOf(OPEN_OBJECT) + 1)] === CLOSE_OBJECT;
  const key = Buffer.from(`${isEmpty ? '' : ','}${JSON.stringify(name)}:`);
  return joined(json.subarray(0, end), key, value, json.subarray(end));
}

function findMember(json: Buffer, name: string): MemberSpan | null {
  let found: MemberSpan | null = null;
  let comma = -1;
  let at = json.indexOf(OPEN_OBJECT) + 1;
  while (at > 0) {
    const key = skipSpace(json, at);
    const keyEnd = valueEnd(json, key);
    const colon = skipSpace(json, keyEnd);
    if (json[colon] !== COLON) return found;
    const value = skipSpace(json, colon + 1);
    const end = valueEnd(json, value);
    if (parseJson(json.toString('latin1', key, keyEnd)) === name) {
      if (found !== null) return null;
      found = { comma, key, value, end };
    }
    comma = skipSpace(json, end);
    at = json[comma] === COMMA ? comma + 1 : 0;
  }
  return found;
}

function valueEnd(json: Buffer, from: number): number {
  const skipper = new ValueSkipper();
  skipper.begin();
  return skipper.skip(json, from);
}

function skipSpace(json: Buffer, from: number): number {
  let at = from;
  while (at < json.length && WHITESPACE.has(json[at] ?? 0)) at += 1;
  return at;
}

function joined(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts);
}
