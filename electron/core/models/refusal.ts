import { sentence } from '../../../shared/sentences.ts';
import { TokwattError } from '../errors.ts';
import { objectOf, textOf } from '../upstreams/json.ts';
import { refusesKey } from '../upstreams/server-kinds/server-kinds.ts';
import { titleOf } from './target.ts';
import type { Target } from './target.ts';

const MAX_WORDS = 500;

/**
 * Converts a server's refusal to an error with the server's own message. Statuses about the request
 * (400, 404, 409, 413, 422, 429) are kept. A missing key or a failure of the server becomes 502,
 * because the caller did not cause it.
 */
export function refusal(target: Target, status: number, text: string): TokwattError {
  const { credentials } = target;
  const words = credentials.hide(wordsOf(text) ?? `status ${status}`);
  const who = titleOf(target);
  if (refusesKey(target.kind, { status, json: parsed(text) }, credentials.isSet)) {
    const values = { upstream: who, words };
    const message = credentials.isSet
      ? sentence('upstream_key_refused', values)
      : sentence('upstream_key_needed', values);
    return new TokwattError('upstream_locked', message, { status: 502 });
  }
  if (status === 404) return new TokwattError('not_found', `${who}: ${words}`, { status });
  const own = [400, 409, 413, 422, 429].includes(status);
  const code = own ? 'upstream_refused' : 'upstream_failed';
  return new TokwattError(code, `${who}: ${words}`, { status: own ? status : 502 });
}

/** A failure that a server reports inside its answer. */
export function reportedFailure(words: string): TokwattError {
  return new TokwattError('upstream_failed', words, { status: 502 });
}

/** The message of an error document of any shape; null if it has none. */
export function wordsOf(text: string): string | null {
  const words = errorWords(parsed(text)) ?? plain(text);
  return words === null ? null : words.slice(0, MAX_WORDS);
}

/** `{"error": "text"}`, `{"error": {"message"}}`, `{"message"}`, `{"detail"}` */
export function errorWords(document: unknown): string | null {
  const body = objectOf(document);
  if (body === null) return null;
  const inner = objectOf(body.error);
  return (
    textOf(body.error) ?? textOf(inner?.message) ?? textOf(body.message) ?? textOf(body.detail)
  );
}

/** One line of plain text; null for HTML or an incomplete document, which explain nothing. */
function plain(text: string): string | null {
  const line = text.trim();
  return line === '' || /[\n<{]/.test(line) ? null : line;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
