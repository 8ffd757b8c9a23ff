import { createSseReader } from './sse.ts';
import type { SseMessage } from './sse.ts';

/** The first wait before connecting again, and the longest; each is twice the one before. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** A sign of life comes every 15 s; without one for so long the connection is dead. */
const SILENCE_MS = 40_000;

export interface EventStreamOptions {
  readonly url: string;
  /** Asked before each attempt. */
  readonly headers: () => Record<string, string>;
  readonly onMessage: (message: SseMessage) => void;
  readonly onConnection: (isConnected: boolean) => void;
  /** The server wants a token; settles when there is a new one. */
  readonly onRefused: () => Promise<void>;
}

/**
 * Follows a stream of server-sent events for as long as the page can be seen: connects again when it
 * breaks, and goes on after the last event. Returns what ends it.
 */
export function followEvents(options: EventStreamOptions): () => void {
  const stop = new AbortController();
  void follow(options, stop.signal);
  return () => stop.abort();
}

async function follow(options: EventStreamOptions, stop: AbortSignal): Promise<void> {
  let lastId = '';
  let wait = FIRST_WAIT_MS;
  const take = (message: SseMessage): void => {
    lastId = message.id;
    wait = FIRST_WAIT_MS;
    options.onMessage(message);
  };
  const isOver = (): boolean => stop.aborted;
  while (!isOver()) {
    // A browser opens few connections to a server, and pages that nobody sees need none.
    await visible();
    const status = await readOnce(options, lastId, take, stop);
    if (isOver()) return;
    if (status === 401) {
      await options.onRefused();
      continue;
    }
    // An id that the server cannot make anything of would be refused for ever.
    if (status === 400) lastId = '';
    if (document.hidden) continue;
    options.onConnection(false);
    await sleep(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Reads until the stream breaks; its status, or null if there was no answer. */
async function readOnce(
  { url, headers, onConnection }: EventStreamOptions,
  lastId: string,
  take: (message: SseMessage) => void,
  stop: AbortSignal,
): Promise<number | null> {
  const attempt = new AbortController();
  const end = (): void => attempt.abort();
  const endIfHidden = (): void => {
    if (document.hidden) end();
  };
  stop.addEventListener('abort', end);
  document.addEventListener('visibilitychange', endIfHidden);
  let silence = setTimeout(end, SILENCE_MS);
  try {
    const resume: Record<string, string> = lastId === '' ? {} : { 'Last-Event-ID': lastId };
    const answer = await fetch(url, {
      headers: { ...headers(), ...resume },
      signal: attempt.signal,
    });
    if (!answer.ok || answer.body === null) return answer.status;
    onConnection(true);
    const read = createSseReader(take);
    const decoder = new TextDecoder();
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return answer.status;
      clearTimeout(silence);
      silence = setTimeout(end, SILENCE_MS);
      read(decoder.decode(value, { stream: true }));
    }
  } catch {
    return null;
  } finally {
    clearTimeout(silence);
    stop.removeEventListener('abort', end);
    document.removeEventListener('visibilitychange', endIfHidden);
  }
}

async function visible(): Promise<void> {
  while (document.hidden) {
    await new Promise((resolve) => {
      document.addEventListener('visibilitychange', resolve, { once: true });
    });
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
