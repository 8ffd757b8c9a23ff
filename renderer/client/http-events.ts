import type { EventName } from '../../shared/ipc.ts';
import type { SseMessage } from '../../shared/sse.ts';
import { fromWire } from '../../shared/wire.ts';
import { followEvents } from './event-stream.ts';
import { authorization } from './token-prompt.ts';
import type { TokenPrompt } from './token-prompt.ts';

type Listener = (payload: never) => void;
type ConnectionListener = (isConnected: boolean) => void;

/** The contract's name for each event of the stream. */
const STREAM_EVENTS: Readonly<Record<string, EventName>> = { live: 'delta', snapshot: 'snapshot' };

/** The contract's events over one event stream, which is open while there are listeners. */
export class HttpEvents {
  readonly #prompt: TokenPrompt;
  readonly #listeners = new Map<Listener, EventName>();
  readonly #connectionListeners = new Set<ConnectionListener>();
  #stop: (() => void) | null = null;

  constructor(prompt: TokenPrompt) {
    this.#prompt = prompt;
  }

  /** Returns a function that removes the listener. */
  on(name: EventName, listener: Listener): () => void {
    this.#listeners.set(listener, name);
    this.#stop ??= this.#follow();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  }

  /** Returns a function that removes the listener. */
  onConnection(listener: ConnectionListener): () => void {
    this.#connectionListeners.add(listener);
    return () => this.#connectionListeners.delete(listener);
  }

  #follow(): () => void {
    return followEvents({
      url: 'api/events?types=live',
      headers: () => authorization(this.#prompt.token()),
      onMessage: (message) => this.#deliver(message),
      onConnection: (isConnected) => {
        for (const listener of this.#connectionListeners) listener(isConnected);
      },
      onRefused: async () => {
        this.#prompt.forget();
        await new Promise<void>((resolve) => {
          const leave = this.#prompt.onGranted(() => {
            leave();
            resolve();
          });
          void this.#prompt.ask();
        });
      },
    });
  }

  #deliver({ event, data }: SseMessage): void {
    const payload = fromWire(JSON.parse(data));
    for (const [listener, name] of this.#listeners) {
      if (name === STREAM_EVENTS[event]) listener(payload as never);
    }
  }
}
