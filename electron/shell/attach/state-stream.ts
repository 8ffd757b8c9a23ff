import { readSse } from '../../../shared/sse.ts';
import type { SseMessage } from '../../../shared/sse.ts';
import type { Delta, Snapshot } from '../../../shared/snapshot.ts';
import { fromWire } from '../../../shared/wire.ts';
import type { RemoteApi } from './remote-api.ts';

/** The server sends a keep-alive every 15 s. After this time without data the connection is dead. */
const SILENCE_MS = 40_000;

/** What a stream of the state tells. */
export interface StateListener {
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onDelta: (delta: Delta) => void;
}

/** Follows the state of another process. It continues where the last connection ended, if it can. */
export class StateStream {
  readonly #api: RemoteApi;
  readonly #listener: StateListener;
  #lastId = '';

  constructor(api: RemoteApi, listener: StateListener) {
    this.#api = api;
    this.#listener = listener;
  }

  /** Makes the next connection begin with a whole snapshot. */
  forget(): void {
    this.#lastId = '';
  }

  /**
   * Reads until the stream ends, breaks or is stopped. Resolves to whether anything was told. Never
   * rejects.
   */
  async read(stop: AbortSignal): Promise<boolean> {
    const attempt = new AbortController();
    const end = (): void => attempt.abort();
    stop.addEventListener('abort', end);
    let isTold = false;
    let silence = setTimeout(end, SILENCE_MS);
    try {
      const answer = await this.#api.request('/api/events?types=live', {
        headers: this.#lastId === '' ? {} : { 'Last-Event-ID': this.#lastId },
        signal: attempt.signal,
      });
      if (!answer.ok || answer.body === null) {
        this.forget();
        return false;
      }
      const take = (message: SseMessage): void => {
        isTold = true;
        this.#take(message);
      };
      const body = { reader: answer.body.getReader(), decoder: new TextDecoder() };
      await readSse(body, take, () => {
        clearTimeout(silence);
        silence = setTimeout(end, SILENCE_MS);
      });
    } catch {
      // The caller looks for the other process again.
    } finally {
      clearTimeout(silence);
      // After a message that cannot be read, the connection is still open.
      end();
      stop.removeEventListener('abort', end);
    }
    return isTold;
  }

  #take({ event, data, id }: SseMessage): void {
    this.#lastId = id;
    // Another Tokwatt wrote it, of the same contract.
    if (event === 'snapshot') this.#listener.onSnapshot(fromWire(JSON.parse(data)) as Snapshot);
    if (event === 'live') this.#listener.onDelta(fromWire(JSON.parse(data)) as Delta);
  }
}
