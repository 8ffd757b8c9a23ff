import { readSse } from '../../shared/sse.ts';
import type { SseMessage } from '../../shared/sse.ts';

/** First and longest wait before a reconnect, milliseconds. Each wait doubles the previous one. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/**
 * The server sends a keep-alive every 15 s. After this time without data the connection is dead.
 */
const SILENCE_MS = 40_000;

export interface EventStreamOptions {
  readonly url: string;
  /** Called before each attempt. */
  readonly headers: () => Record<string, string>;
  readonly onMessage: (message: SseMessage) => void;
  readonly onConnection: (isConnected: boolean) => void;
  /** Called if the server requires a token. Resolves when there is a new one. */
  readonly onRefused: () => Promise<void>;
}

/**
 * Follows a stream of server-sent events while the page is visible. Reconnects when it breaks and
 * resumes after the last event. Returns a function to stop.
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
    // Browsers limit the connections to a server, so a hidden page keeps none open.
    await visible();
    const status = await readOnce(options, lastId, take, stop);
    if (isOver()) return;
    if (status === 401) {
      await options.onRefused();
      continue;
    }
    // An id that the server cannot parse would be rejected forever.
    if (status === 400) lastId = '';
    if (document.hidden) continue;
    options.onConnection(false);
    await sleep(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Reads until the stream breaks. Returns its status, or null if there was no answer. */
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
    const body = { reader: answer.body.getReader(), decoder: new TextDecoder() };
    await readSse(body, take, () => {
      clearTimeout(silence);
      silence = setTimeout(end, SILENCE_MS);
    });
    return answer.status;
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
