import { calls } from '../../shared/ipc.ts';
import type { Bridge, CallName } from '../../shared/ipc.ts';
import { problemIn } from '../../shared/problem-body.ts';
import { sentence } from '../../shared/sentences.ts';
import { copyInBrowser } from './clipboard.ts';
import { HttpEvents } from './http-events.ts';
import { SaidError, saidError } from './said-error.ts';
import { TOKEN_NEEDED, authorization, createTokenPrompt } from './token-prompt.ts';
import type { TokenPrompt } from './token-prompt.ts';

/** Longest time for an answer, milliseconds. */
const TIMEOUT_MS = 10_000;

/** The bridge over the HTTP API from which this page was loaded, and the prompt for its token. */
export function httpBridge(storage: Storage): {
  readonly bridge: Bridge;
  readonly prompt: TokenPrompt;
} {
  const prompt = createTokenPrompt(storage, async (token) => {
    const answer = await send('token', { input: undefined }, token);
    if (answer.status === 401) return false;
    await result(answer);
    return true;
  });
  const events = new HttpEvents(prompt);
  const bridge = {
    call: (name: CallName, input: unknown) => callOver(prompt, name, input),
    on: events.on.bind(events),
    onConnection: events.onConnection.bind(events),
    platform: 'web',
  };
  // The contract links input and output to a call's name, but JSON from the network has no types.
  return { bridge: bridge as Bridge, prompt };
}

async function callOver(prompt: TokenPrompt, name: CallName, input: unknown): Promise<unknown> {
  if (name === 'copyText') return copyInBrowser(String(input));
  const { reach } = calls[name];
  if (reach === 'desktop') throw saidError(sentence('desktop_only'));
  let isTokenNeeded = reach !== 'figures';
  for (;;) {
    if (isTokenNeeded && prompt.token() === null && !(await prompt.ask())) {
      throw new DOMException('No token was given.', 'AbortError');
    }
    const answer = await send(name, reach === 'change' ? { input } : null, prompt.token());
    if (answer.status !== 401) return result(answer);
    prompt.forget();
    if (name === 'getSnapshot') {
      // The caller does not wait, because the event stream sends the state once there is a token.
      void prompt.ask();
      throw new Error(TOKEN_NEEDED);
    }
    // From another machine, reading needs the token as well.
    isTokenNeeded = true;
  }
}

async function send(
  name: CallName | 'token',
  body: { readonly input: unknown } | null,
  token: string | null,
): Promise<Response> {
  try {
    return await fetch(`api/bridge/${name}`, {
      method: body === null ? 'GET' : 'POST',
      headers: authorization(token),
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw saidError(sentence('no_core'));
  }
}

/**
 * The result according to the contract. A problem body becomes an error with its one-line detail.
 */
async function result(answer: Response): Promise<unknown> {
  if (answer.status === 204) return undefined;
  const content: unknown = await answer.json().catch(() => null);
  if (answer.ok) return content;
  const problem = problemIn(content);
  if (problem !== null) throw new SaidError(problem.detail, problem.said);
  throw saidError(sentence('core_status', { status: String(answer.status) }));
}
