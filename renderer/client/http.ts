import { calls } from '../../shared/ipc.ts';
import type { Bridge, CallName, EventName } from '../../shared/ipc.ts';
import { copyInBrowser } from './clipboard.ts';
import { followEvents } from './event-stream.ts';
import { fromWire } from '../../shared/wire.ts';
import type { SseMessage } from './sse.ts';
import { TOKEN_NEEDED, createTokenPrompt } from './token-prompt.ts';
import type { TokenPrompt } from './token-prompt.ts';

/** How long an answer may take, milliseconds. */
const TIMEOUT_MS = 10_000;

type Listener = (payload: never) => void;

/** Which event of the stream is which event of the contract. */
const STREAM_EVENTS: Readonly<Record<string, EventName>> = { live: 'delta', snapshot: 'snapshot' };

/** The bridge over the HTTP API that this page came from, and the prompt that asks for its token. */
export function httpBridge(storage: Storage): {
  readonly bridge: Bridge;
  readonly prompt: TokenPrompt;
} {
  const prompt = createTokenPrompt(storage, async (token) => {
    const { ok, status } = await send('token', { input: undefined }, token);
    if (!ok && status !== 401) throw new Error('Tokwatt could not check the token; try again.');
    return ok;
  });
  const events = eventsOver(prompt);
  const bridge = {
    call: (name: CallName, input: unknown) => callOver(prompt, name, input),
    on: events.on,
    onConnection: events.onConnection,
    platform: 'web',
  };
  // The contract ties a call's input and output to its name; what comes over the wire has no types.
  return { bridge: bridge as Bridge, prompt };
}

async function callOver(prompt: TokenPrompt, name: CallName, input: unknown): Promise<unknown> {
  if (name === 'copyText') return copyInBrowser(String(input));
  const { reach } = calls[name];
  if (reach === 'desktop') throw new Error('Only the desktop application answers this.');
  let isTokenNeeded = reach === 'token';
  for (;;) {
    if (isTokenNeeded && prompt.token() === null && !(await prompt.ask())) {
      throw new DOMException('No token was given.', 'AbortError');
    }
    const answer = await send(name, reach === 'open' ? null : { input }, prompt.token());
    if (answer.status !== 401) return result(answer);
    prompt.forget();
    if (name === 'getSnapshot') {
      // Nobody waits here for the answer: with it, the event stream brings the state.
      void prompt.ask();
      throw new Error(TOKEN_NEEDED);
    }
    // Beyond this machine, reading takes it too.
    isTokenNeeded = true;
  }
}

async function send(
  name: CallName | 'token',
  body: { readonly input: unknown } | null,
  token: string | null,
): Promise<Response> {
  try {
    return await fetch(`/api/bridge/${name}`, {
      method: body === null ? 'GET' : 'POST',
      headers: authorization(token),
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Error('Tokwatt does not answer; is it running?');
  }
}

/** The contract's output; a problem becomes an error of its one line. */
async function result(answer: Response): Promise<unknown> {
  if (answer.status === 204) return undefined;
  const content: unknown = await answer.json().catch(() => null);
  if (answer.ok) return content;
  const detail =
    typeof content === 'object' && content !== null && 'detail' in content && content.detail;
  throw new Error(typeof detail === 'string' ? detail : `Tokwatt answered ${answer.status}.`);
}

function authorization(token: string | null): Record<string, string> {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

/** One stream for all listeners, open while there are any. */
function eventsOver(prompt: TokenPrompt): {
  readonly on: (name: EventName, listener: Listener) => () => void;
  readonly onConnection: NonNullable<Bridge['onConnection']>;
} {
  const listeners = new Map<Listener, EventName>();
  const watchers = new Set<(isConnected: boolean) => void>();
  let stop: (() => void) | null = null;

  function deliver({ event, data }: SseMessage): void {
    const payload = fromWire(JSON.parse(data));
    for (const [listener, name] of listeners) {
      if (name === STREAM_EVENTS[event]) listener(payload as never);
    }
  }

  const begin = (): (() => void) =>
    followEvents({
      url: '/api/events?types=live',
      headers: () => authorization(prompt.token()),
      onMessage: deliver,
      onConnection: (isConnected) => {
        for (const watcher of watchers) watcher(isConnected);
      },
      onRefused: async () => {
        prompt.forget();
        const granted = prompt.granted();
        void prompt.ask();
        await granted;
      },
    });

  return {
    on: (name, listener) => {
      listeners.set(listener, name);
      stop ??= begin();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
      };
    },
    onConnection: (listener) => {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
  };
}
