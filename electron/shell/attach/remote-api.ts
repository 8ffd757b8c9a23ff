import type { CallInput, CallName, CallOutput, CoreHandlers } from '../../../shared/ipc.ts';
import { calls } from '../../../shared/ipc.ts';
import { problemIn } from '../../../shared/problem-body.ts';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import { TokwattError } from '../../core/errors.ts';

/** Longest time for the answer to a call, milliseconds. */
const TIMEOUT_MS = 10_000;

export interface RemoteApiOptions {
  /** The address of the API; null while there is none. */
  readonly address: () => string | null;
  /** The token now; another one may be set at any time. */
  readonly token: () => string;
}

/** The API of another process on this machine. The token is sent to its address only. */
export class RemoteApi {
  readonly #options: RemoteApiOptions;

  constructor(options: RemoteApiOptions) {
    this.#options = options;
  }

  /** Sends a request with the token. Rejects if nothing answers. */
  request(path: string, init: RequestInit = {}): Promise<Response> {
    const address = this.#options.address();
    if (address === null) return Promise.reject(notReached());
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${this.#options.token()}`);
    return fetch(new URL(path, address), { ...init, headers, redirect: 'error' });
  }

  /** Answers a request of the window's page as {@link Core.askApi} does. */
  async ask(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const kept = ['accept', 'content-type'].flatMap((name): [string, string][] => {
      const value = request.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    const { method } = request;
    try {
      return await this.request(`${pathname}${search}`, {
        ...{ method, headers: kept },
        ...(request.body === null ? {} : { body: await request.arrayBuffer() }),
      });
    } catch {
      return unreachable();
    }
  }

  /** Makes a call of the page's contract. Throws the refusal of the other side, or that it does not answer. */
  async call<K extends CallName>(name: K, input: CallInput<K>): Promise<CallOutput<K>> {
    const isRead = calls[name].reach !== 'change';
    const answer = await this.request(`/api/bridge/${name}`, {
      ...(isRead ? {} : { method: 'POST', body: JSON.stringify({ input }) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => {
      throw notReached();
    });
    if (!answer.ok) throw await refusalOf(answer);
    // The contract links the output to the call's name.
    return (answer.status === 204 ? undefined : await answer.json()) as CallOutput<K>;
  }
}

/** The handlers for the page's calls, answered by another process, but for its snapshot and token. */
export function remoteHandlers(
  api: RemoteApi,
  { getSnapshot, getApiToken }: Pick<CoreHandlers, 'getSnapshot' | 'getApiToken'>,
): CoreHandlers {
  return {
    getSnapshot,
    getApiToken,
    setPaused: (paused) => api.call('setPaused', paused),
    pauseFor: (ms) => api.call('pauseFor', ms),
    getSettings: () => api.call('getSettings', undefined),
    updateSettings: (patch) => api.call('updateSettings', patch),
    rotateApiToken: () => api.call('rotateApiToken', undefined),
    getReportPreview: () => api.call('getReportPreview', undefined),
    cancelExchange: (id) => api.call('cancelExchange', id),
    dismissInsight: (dismissal) => api.call('dismissInsight', dismissal),
  };
}

function notReached(): TokwattError {
  return new TokwattError('unreachable', sentence('no_core'), { status: 503 });
}

function unreachable(): Response {
  const said = sentence('no_core');
  return Response.json(
    { code: 'unreachable', detail: inEnglish(said), detail_sentence: said },
    { status: 503 },
  );
}

async function refusalOf(answer: Response): Promise<TokwattError> {
  const { status } = answer;
  const problem = problemIn(await answer.json().catch(() => null));
  if (problem === null) {
    return new TokwattError('unreachable', sentence('core_status', { status: String(status) }));
  }
  const { code, detail, said } = problem;
  return new TokwattError(code ?? 'refused', detail, { status, said: said ?? undefined });
}
