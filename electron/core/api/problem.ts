import { STATUS_CODES } from 'node:http';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import { plainWords } from '../../../shared/plain-words.ts';
import { englishOf, sentenceOf } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import { camelCase } from '../../../shared/wire.ts';
import { TokwattError } from '../errors.ts';
import { refusalIn } from '../settings/setting-rules.ts';

/** An error answer according to RFC 9457, with a `code` for programs. */
export function problem(
  c: Context,
  status: ContentfulStatusCode,
  code: string,
  message: Message,
  /** The English text, if it is another than that of the message. */
  detail: string = englishOf(message),
): Response {
  c.header('Content-Type', 'application/problem+json');
  c.header('Cache-Control', 'no-store');
  return c.body(problemBody(status, code, message, detail), status);
}

/** The `title` is the status text, as RFC 9457 recommends for `about:blank`. */
export function problemBody(
  status: number,
  code: string,
  message: Message,
  detail: string = englishOf(message),
): string {
  const title = STATUS_CODES[status] ?? `Status ${status}`;
  const words = { detail, detail_sentence: sentenceOf(message) };
  return JSON.stringify({ type: 'about:blank', status, title, code, ...words });
}

/** The answer to a TokwattError with a status; null for any other error. */
export function problemOf(c: Context, error: unknown): Response | null {
  if (!(error instanceof TokwattError) || error.status === null) return null;
  const { code, message, said } = error;
  return problem(c, error.status as ContentfulStatusCode, code, said ?? message, message);
}

/**
 * Validates a query or body in snake_case against a schema with camelCase keys. Throws a
 * `bad_request` error (400) that names the first wrong field; unknown fields are wrong too.
 */
export function checked<Output>(
  schema: v.GenericSchema<unknown, Output>,
  given: Readonly<Record<string, unknown>>,
): Output {
  const entries = Object.entries(given).map(([key, value]) => [camelCase(key), value] as const);
  const options = { abortEarly: true, message: plainWords };
  const result = v.safeParse(schema, Object.fromEntries(entries), options);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = pathOf(issue, Object.keys(given));
  const message = path === '' ? issue.message : `${path}: ${issue.message}`;
  throw new TokwattError('bad_request', refusalIn(message), { status: 400 });
}

/** The path of an issue in wire names. Names sent by the client appear as they were sent. */
function pathOf(issue: v.BaseIssue<unknown>, given: readonly string[]): string {
  const [first = '', ...rest] = (v.getDotPath(issue) ?? '').split('.');
  const top = given.find((key) => camelCase(key) === first) ?? shownCase(first);
  return [top, ...rest.map(shownCase)].join('.');
}

/** Converts a key to its wire name. Free names, such as header names, keep their capitals. */
function shownCase(key: string): string {
  return key.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * The query as an object. Values of the keys in the options become numbers or booleans if possible.
 */
export function queryOf(
  c: Context,
  kinds: { readonly numbers?: readonly string[]; readonly booleans?: readonly string[] } = {},
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(c.req.query()).map(([key, text]): [string, unknown] => {
      if (kinds.numbers?.includes(key) === true) return [key, numberOf(text)];
      if (kinds.booleans?.includes(key) === true) return [key, booleanOf(text)];
      return [key, text];
    }),
  );
}

/** Text that is not a number stays text, so that the schema rejects it with its name. */
function numberOf(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function booleanOf(text: string): boolean | string {
  return text === 'true' ? true : text === 'false' ? false : text;
}
