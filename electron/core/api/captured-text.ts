import { isObject } from '../usage/json-text.ts';
import type { JsonObject } from '../usage/json-text.ts';
import { textOf } from './readable-text.ts';

/** Deepest nesting that is searched for text. Clients may nest their data as deep as they like. */
const MAX_DEPTH = 32;

/**
 * The text of a captured request: its prompt, its input or its last user message. Null if the body
 * is not a complete JSON document or has no text.
 */
export function promptOf(body: Uint8Array): string | null {
  const asked = parsed(textOf(body) ?? '');
  if (asked === null) return null;
  const { prompt, messages, input, query } = asked;
  for (const given of [prompt, lastOfUser(messages), lastOfUser(input), input, query]) {
    const text = wordsOf(given);
    if (text !== null) return text;
  }
  return null;
}

/** The text of a captured answer, either one document or a stream. Null if there is none. */
export function answerOf(body: Uint8Array): string | null {
  const text = textOf(body) ?? '';
  const whole = parsed(text);
  if (whole !== null) return saidBy(whole);
  let said: string | null = null;
  for (const line of text.split('\n')) {
    const frame = parsed(line.replace(/^data:/, ''));
    const piece = frame === null ? null : saidBy(frame);
    if (piece !== null) said = (said ?? '') + piece;
  }
  return said;
}

/** The text of one document or frame, in the shapes that servers are known to use. */
function saidBy(frame: JsonObject): string | null {
  const { type, response, content, output, message, delta } = frame;
  // The final event of OpenAI's Responses API repeats the whole text, so it is skipped.
  if (typeof type === 'string' && type.startsWith('response.')) {
    return type === 'response.output_text.delta' ? wordsOf(delta) : null;
  }
  const choice: unknown = Array.isArray(frame.choices) ? frame.choices[0] : null;
  const chosen = isObject(choice) ? choice : {};
  const places = [message, response, chosen.delta, chosen.message, chosen.text, content, delta];
  for (const place of [...places, output]) {
    const text = wordsOf(place);
    if (text !== null) return text;
  }
  return null;
}

/** The text in a string, a list of parts, or an object with `content` or `text`. */
function wordsOf(given: unknown, depth = 0): string | null {
  if (typeof given === 'string') return given;
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(given)) {
    const pieces = given.map((each) => wordsOf(each, depth + 1)).filter((piece) => piece !== null);
    return pieces.length === 0 ? null : pieces.join('');
  }
  return isObject(given) ? wordsOf(given.content ?? given.text, depth + 1) : null;
}

function lastOfUser(messages: unknown): unknown {
  if (!Array.isArray(messages)) return null;
  const all: readonly unknown[] = messages;
  return all.filter((message) => isObject(message) && message.role === 'user').at(-1);
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
