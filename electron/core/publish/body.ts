import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { TokwattError } from '../errors.ts';
import { problem } from './problem.ts';

const MAX_BODY = 64 * 1024;
/** A conversation may be long, and hold pictures. */
const MAX_CHAT = 16 * 1024 * 1024;

const limitOrdinary = limitOf(MAX_BODY);
const limitChat = limitOf(MAX_CHAT);

/** Refuses a body that is too large (413), whatever length it claims, before anything is done. */
export const limitBody: MiddlewareHandler = (c, next) =>
  (c.req.path === '/api/chat' ? limitChat : limitOrdinary)(c, next);

function limitOf(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: (c) => problem(c, 413, 'too_large', `A body may have at most ${maxSize} bytes.`),
  });
}

/** The body as a JSON object; throws a `bad_request` error (400) for anything else. */
export async function bodyOf(c: Context): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  } catch {
    // Falls through to the one message for all that is not an object.
  }
  throw new TokwattError('bad_request', 'The body must be a JSON object.', { status: 400 });
}
