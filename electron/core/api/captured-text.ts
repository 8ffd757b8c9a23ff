import { isObject } from '../usage/json-text.ts';
import type { JsonObject } from '../usage/json-text.ts';
import { textOf } from './readable-text.ts';

/** Words lie a few levels deep; a client may nest what it sends as deep as it likes. */
const MAX_DEPTH = 32;

/**
 * What a captured request asked, as text: its prompt, its input, or the last message of its user.
 * Null where the body is not one whole JSON document, or asks nothing in words.
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

/** What a captured answer said, as text, be it one document or a stream. Null if it has no words. */
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

/** The words of one document or frame, in the shapes that servers are known to use. */
function saidBy(frame: JsonObject): string | null {
  const { type, response, content, output, message, delta } = frame;
  // OpenAI's responses tell everything once more at their end.
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

/** Text itself, a list of pieces of it, or something with a `content` or `text`. */
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
