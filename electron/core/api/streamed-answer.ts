import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import { toWire } from '../../../shared/wire.ts';
import { TokwattError } from '../errors.ts';

/** Sends one event. Resolves when the connection accepts the next one. */
export type Send = (event: string, data: object) => Promise<void>;

/** A signal that is aborted when the client disconnects, before or during the answer. */
export function hangUp(c: Context): AbortSignal {
  return c.req.raw.signal;
}

/**
 * Answers with server-sent events that have JSON as data. An error becomes the last event, `error`,
 * with its text as `error`, its sentence, its `code`, and the members of `about`. `onUnknown` is called for
 * errors that are not TokwattErrors.
 */
export function streamed(
  c: Context,
  options: {
    readonly about: object;
    readonly run: (send: Send) => Promise<void>;
    readonly onUnknown: (error: unknown) => void;
  },
): Response {
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    const send: Send = (event, data) =>
      stream.writeSSE({ event, data: JSON.stringify(toWire(data)) });
    try {
      await options.run(send);
    } catch (error) {
      if (hangUp(c).aborted) return;
      await send('error', { ...describe(error, options.onUnknown), ...options.about });
    }
  });
}

function describe(error: unknown, onUnknown: (error: unknown) => void): object {
  if (error instanceof TokwattError) {
    const { message, said, code } = error;
    return { error: message, errorSentence: said, code };
  }
  onUnknown(error);
  const said = sentence('call_failed');
  return { error: inEnglish(said), errorSentence: said, code: 'internal' };
}
