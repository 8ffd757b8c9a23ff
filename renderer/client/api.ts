import { problemIn } from '../../shared/problem-body.ts';
import { inEnglish, sentence } from '../../shared/sentences.ts';
import type { Sentence } from '../../shared/sentences.ts';
import { readSse } from '../../shared/sse.ts';
import { fromWire, toWire } from '../../shared/wire.ts';
import { SaidError } from './said-error.ts';
import { authorization } from './token-prompt.ts';
import type { TokenPrompt } from './token-prompt.ts';

type QueryValue = string | number | boolean | null | undefined;
/** Parameters in camelCase. Those that are null or undefined are left out. */
export type Query = Readonly<Record<string, QueryValue>>;
export type ChangingMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An answer that is an error. Its message is one line for the user that says what to do. */
export class ApiError extends SaidError {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Such as `token_required` or `bad_request`; null if the answer has none. */
  readonly code: string | null;

  constructor(status: number, code: string | null, message: string, said: Sentence | null = null) {
    super(message, said);
    this.status = status;
    this.code = code;
  }
}

/** True if the answer needs the API token, and none or a wrong one was sent. */
export function needsToken(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/**
 * The API of the Tokwatt from which this page was loaded: over HTTP in a browser, in the same
 * process in the desktop. Keys of bodies and answers are in camelCase.
 */
export interface Api {
  /** Reads. Rejects with an {@link ApiError}; the page decides whether to ask for the token. */
  readonly get: <T>(path: string, query?: Query, signal?: AbortSignal) => Promise<T>;
  /** Changes something. Asks for the token first if one is needed. A file is sent as it is. */
  readonly send: <T>(method: ChangingMethod, path: string, body?: unknown) => Promise<T>;
  /** Reads a file, such as an export. */
  readonly file: (path: string, query?: Query) => Promise<Blob>;
  /**
   * Sends a request that is answered with server-sent events. Resolves at their end. Aborting the
   * signal ends the request.
   */
  readonly events: (
    path: string,
    body: unknown,
    options: {
      readonly onEvent: (event: string, data: unknown) => void;
      readonly signal: AbortSignal;
    },
  ) => Promise<void>;
}

/** `prompt` is null if no token is ever needed. */
export function createApi(prompt: TokenPrompt | null): Api {
  const ask = (path: string, init: RequestInit, query?: Query): Promise<Response> =>
    answered(addressOf(path, query), init, prompt?.token() ?? null);
  const change = async (path: string, init: RequestInit): Promise<Response> => {
    for (;;) {
      if (prompt?.token() === null && !(await prompt.ask())) {
        throw new DOMException('No token was given.', 'AbortError');
      }
      try {
        return await ask(path, init);
      } catch (error) {
        if (prompt === null || !needsToken(error)) throw error;
        prompt.forget();
      }
    }
  };
  return {
    get: async <T>(path: string, query?: Query, signal?: AbortSignal) =>
      (await contentOf(await ask(path, signal === undefined ? {} : { signal }, query))) as T,
    send: async <T>(method: ChangingMethod, path: string, body?: unknown) =>
      (await contentOf(await change(path, { method, ...bodyOf(body) }))) as T,
    file: async (path, query) => (await ask(path, {}, query)).blob(),
    events: async (path, body, { onEvent, signal }) => {
      const answer = await change(path, { method: 'POST', ...bodyOf(body), signal });
      await readEvents(answer, onEvent);
    },
  };
}

/** Relative to the page, which may be served below a path. */
function addressOf(path: string, query: Query = {}): URL {
  const address = new URL(`api${path}`, new URL('.', document.baseURI));
  for (const [name, value] of Object.entries(toWire(query))) {
    if (value !== null && value !== undefined) address.searchParams.set(name, String(value));
  }
  return address;
}

function bodyOf(body: unknown): RequestInit {
  if (body === undefined) return {};
  // A file is the user's own: the names in it are not ours to convert.
  if (body instanceof Blob) return { body, headers: { 'Content-Type': 'application/json' } };
  return { body: JSON.stringify(toWire(body)), headers: { 'Content-Type': 'application/json' } };
}

async function answered(url: URL, init: RequestInit, token: string | null): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>), ...authorization(token) };
  const answer = await fetch(url, { ...init, headers }).catch((error: unknown) => {
    if (init.signal?.aborted === true) throw error;
    const said = sentence('no_core');
    throw new ApiError(0, 'unreachable', inEnglish(said), said);
  });
  if (answer.ok) return answer;
  throw await problemOf(answer);
}

async function problemOf(answer: Response): Promise<ApiError> {
  const problem = problemIn(await answer.json().catch(() => null));
  const { status } = answer;
  if (problem !== null) return new ApiError(status, problem.code, problem.detail, problem.said);
  const said = sentence('core_status', { status: String(status) });
  return new ApiError(status, null, inEnglish(said), said);
}

async function contentOf(answer: Response): Promise<unknown> {
  return answer.status === 204 ? undefined : fromWire(await answer.json());
}

async function readEvents(
  answer: Response,
  onEvent: (event: string, data: unknown) => void,
): Promise<void> {
  if (answer.body === null) return;
  const body = { reader: answer.body.getReader(), decoder: new TextDecoder() };
  await readSse(body, ({ event, data }) => onEvent(event, fromWire(JSON.parse(data))));
}
