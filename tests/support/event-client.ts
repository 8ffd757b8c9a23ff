/** Reads `/api/events`, as an external program does. */
import { vi } from 'vitest';
import { createSseReader } from '../../shared/sse.ts';
import type { SseMessage } from '../../shared/sse.ts';
import { tokenOf } from './control-api.ts';
import type { Headless } from './headless.ts';

export interface EventClient {
  readonly messages: readonly SseMessage[];
  /** Data of the events of one type, oldest first. */
  readonly of: <T = Record<string, unknown>>(event: string) => T[];
  readonly headers: Headers;
  /** The id from which to resume. */
  readonly lastId: () => string;
  /** Waits until at least `count` events of a type were received. */
  readonly waitFor: (event: string, count: number) => Promise<void>;
  /** Resolves when the stream has ended, on either side. */
  readonly ended: Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a stream with the API token. The headers may replace it. */
export async function openEvents(
  tokwatt: Pick<Headless, 'api' | 'dataDir'>,
  query = '',
  more: Readonly<Record<string, string>> = {},
): Promise<EventClient> {
  const headers = { authorization: `Bearer ${tokenOf(tokwatt)}`, ...more };
  const abort = new AbortController();
  const answer = await fetch(`${tokwatt.api}/api/events${query}`, {
    headers,
    signal: abort.signal,
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const messages: SseMessage[] = [];
  const ended = readAll(answer, (message) => messages.push(message));
  const of = <T>(event: string): T[] =>
    messages.filter((m) => m.event === event).map(({ data }) => JSON.parse(data) as T);
  return {
    messages,
    of,
    headers: answer.headers,
    lastId: () => messages.at(-1)?.id ?? '',
    waitFor: (event, count) =>
      vi.waitFor(
        () => {
          // Reading thousands of rows each time would take longer than waiting for them.
          const seen = messages.filter((message) => message.event === event).length;
          if (seen < count) throw new Error(`${seen} of ${count} ${event} events`);
        },
        { timeout: 20_000, interval: 10 },
      ),
    ended,
    close: () => {
      abort.abort();
      return ended;
    },
  };
}

async function readAll(answer: Response, take: (message: SseMessage) => void): Promise<void> {
  const read = createSseReader(take);
  const decoder = new TextDecoder();
  try {
    for await (const bytes of answer.body ?? []) read(decoder.decode(bytes, { stream: true }));
  } catch {
    // The connection was closed by either side.
  }
}
