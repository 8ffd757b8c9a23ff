import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { toWire } from '../../../shared/wire.ts';
import { TokwattError } from '../errors.ts';

/** Sends one event; resolves when there is room for the next. */
export type Send = (event: string, data: object) => Promise<void>;

/** Aborted when the client hangs up, before the answer begins or within it. */
export function hangUp(c: Context): AbortSignal {
  return c.req.raw.signal;
}

/**
 * An answer in server-sent events, each with JSON as its data. An error on the way becomes the last
 * event: `error`, with the text under `error`, the `code`, and what `about` holds. `onUnknown` hears
 * of errors that are none of ours.
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
  if (error instanceof TokwattError) return { error: error.message, code: error.code };
  onUnknown(error);
  return { error: 'This call failed inside Tokwatt; its log says why.', code: 'internal' };
}
