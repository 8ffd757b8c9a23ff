import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { SSEStreamingApi } from 'hono/streaming';
import * as v from 'valibot';
import { TokwattError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { AuthPolicy } from '../auth-policy.ts';
import { described } from '../openapi/describe.ts';
import { EVENT_TYPES } from './event-source.ts';
import type { EventHub } from './event-hub.ts';
import type { EventType } from './event-source.ts';
import type { EventReader } from './event-reader.ts';
import { parseEventCursor } from './event-cursor.ts';
import { checked, queryOf } from '../problem.ts';

/** A reader that accepts no data for this long is disconnected. It can resume from its cursor. */
const STALL_MS = 30_000;
/** The delay before reconnecting that is sent to readers. */
const RETRY_MS = 1_000;

const one = `(?:${EVENT_TYPES.join('|')})`;
const querySchema = v.strictObject({
  types: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        new RegExp(`^${one}(?:,${one})*$`),
        `must be some of ${EVENT_TYPES.join(', ')}, with commas between them`,
      ),
    ),
  ),
  lastEventId: v.optional(v.pipe(v.string(), v.maxLength(64))),
});

export interface EventsRoutesOptions {
  readonly events: EventHub;
  readonly auth: Pick<AuthPolicy, 'hasToken'>;
  readonly log: Log;
  /** Milliseconds; see {@link STALL_MS}. */
  readonly stallMs?: number;
}

/** Live events as server-sent events, which a reader can resume. */
export function eventsRoutes(options: EventsRoutesOptions): Hono {
  const { events, auth, log, stallMs = STALL_MS } = options;
  const app = new Hono();
  const description = described({
    tag: 'activity',
    summary: 'Events as they happen',
    description: `Events: \`start\`; \`activity\`, a finished exchange as in /api/activity, whose \`client\` has \`address\`, \`origin\` and \`tag\` only for a reader with the token; \`snapshot\` and \`live\`, the state and its changed slices, with a \`seq\` that increases by one; \`gpu\` and \`alerts\`, only these slices. Send the id of the last event as \`Last-Event-ID\` or \`last_event_id\` to continue after it: each row comes exactly once. If the deltas after it are gone, a new snapshot comes first.`,
    query: querySchema,
    answer: {
      media: ['text/event-stream'],
      description: 'Events until either side closes the connection.',
    },
    problems: [503],
  });
  app.get('/events', description, (c) => {
    const query = checked(querySchema, queryOf(c));
    // Hono also uses this handler for HEAD, which cannot have a stream as its body.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
    const id = query.lastEventId ?? c.req.header('last-event-id') ?? '';
    const cursor = id === '' ? null : parseEventCursor(id);
    const reader = openReader(c, () => events.open(typesOf(query.types), cursor, auth.hasToken(c)));
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(
      c,
      (stream) => send(c, stream, reader, stallMs),
      (error) => {
        log.info({ error: error.message }, 'an event stream ended early');
        return Promise.resolve();
      },
    );
  });
  return app;
}

function typesOf(text: string | undefined): readonly EventType[] {
  const named = text?.split(',');
  return EVENT_TYPES.filter((type) => named === undefined || named.includes(type));
}

function openReader(c: Context, open: () => EventReader): EventReader {
  try {
    return open();
  } catch (error) {
    if (error instanceof TokwattError && error.status === 503) c.header('Retry-After', '5');
    throw error;
  }
}

async function send(
  c: Context,
  stream: SSEStreamingApi,
  reader: EventReader,
  stallMs: number,
): Promise<void> {
  let writingSince: number | null = null;
  const watch = setInterval(() => {
    if (writingSince === null || performance.now() - writingSince < stallMs) return;
    // Destroys the connection, because a regular end would wait behind the data that is not
    // accepted.
    (c.env as HttpBindings).outgoing.destroy();
  }, stallMs / 4);
  stream.onAbort(() => reader.close());
  try {
    await stream.write(`retry: ${RETRY_MS}\n\n`);
    for await (const event of reader.events()) {
      writingSince = performance.now();
      await (event === null ? stream.write(': still here\n\n') : stream.writeSSE({ ...event }));
      writingSince = null;
    }
  } finally {
    clearInterval(watch);
    reader.close();
  }
}
