import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { TokwattError } from '../errors.ts';
import { problem } from './problem.ts';

const MAX_BODY = 64 * 1024;
/** Largest body of a chat, bytes. Conversations may be long and contain images. */
const MAX_CHAT = 8 * 1024 * 1024;

/** Largest list of token prices, bytes. The public ones have about 2 MB. */
const MAX_PRICES = 8 * 1024 * 1024;

/** Deepest nesting of a body. No schema needs more. */
const MAX_DEPTH = 100;

const limitOrdinary = limitOf(MAX_BODY);
const limitOfPath = new Map([
  ['/api/chat', limitOf(MAX_CHAT)],
  ['/api/prices/import', limitOf(MAX_PRICES)],
]);

/** Rejects a body that is too large (413), whether or not it declares its length. */
export const limitBody: MiddlewareHandler = (c, next) =>
  (limitOfPath.get(c.req.path) ?? limitOrdinary)(c, next);

function limitOf(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: (c) => problem(c, 413, 'too_large', `A body may have at most ${maxSize} bytes.`),
  });
}

/**
 * Parses the body as a JSON object. Throws a `bad_request` error (400) for anything else; its
 * message contains the `example`, if one is given.
 */
export async function bodyOf(c: Context, example?: string): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  try {
    const body: unknown = JSON.parse(text);
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    if (isObject && !isDeeperThan(MAX_DEPTH, body)) return { ...body };
  } catch {
    // Handled below like any other value that is not an object.
  }
  const message =
    example === undefined
      ? `The body must be a JSON object, at most ${MAX_DEPTH} levels deep.`
      : `This takes ${example} as its body, in JSON.`;
  throw new TokwattError('bad_request', message, { status: 400 });
}

/** Checked first, because schemas validate recursively and could overflow the stack. */
function isDeeperThan(limit: number, value: object): boolean {
  let level: object[] = [value];
  for (let depth = 0; depth <= limit; depth++) {
    if (level.length === 0) return false;
    level = level.flatMap((each) => Object.values(each).filter(isObjectOrArray));
  }
  return true;
}

function isObjectOrArray(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
