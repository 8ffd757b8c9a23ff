import { ApiError } from '../../client/api.ts';
import type { Api } from '../../client/api.ts';
import { AnswerPieces } from './answer-pieces.ts';
import type { ChatEventData } from './answer-pieces.ts';
import { followRow, rowOfStopped } from './answer-row.ts';
import { playground } from './store.ts';
import type { Answer, Problem } from './types.ts';

/** Least time between two changes of a growing answer, milliseconds. */
const SHOW_MS = 100;

const running = new Map<string, AbortController>();

/** Closes the connection of an answer, which stops it at the server. */
export function stopAnswer(id: string): void {
  running.get(id)?.abort();
}

export function stopAllAnswers(): void {
  for (const controller of running.values()) controller.abort();
}

/** Asks for an answer that the conversation already has, empty. Resolves at its end; never rejects. */
export async function ask(api: Api, id: string, body: object): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const chat = new Chat(id);
  try {
    await api.events('/chat', body, { onEvent: chat.onEvent, signal: controller.signal });
    chat.end(null);
  } catch (error) {
    chat.end(controller.signal.aborted ? 'stopped' : problemOf(error));
  } finally {
    running.delete(id);
  }
  await chat.readRow(api);
}

function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) {
    return { code: error.code, message: error.message, said: error.said };
  }
  const isDeclined = error instanceof DOMException && error.name === 'AbortError';
  const message = error instanceof Error ? error.message : String(error);
  return { code: isDeclined ? 'token_required' : 'broken_off', message, said: null };
}

/** One answer on its way. */
class Chat {
  readonly #id: string;
  readonly #pieces = new AnswerPieces();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #requestId: string | null = null;
  #done: ChatEventData | null = null;
  #problem: Problem | null = null;

  constructor(id: string) {
    this.#id = id;
  }

  onEvent = (event: string, data: unknown): void => {
    const given = data as ChatEventData;
    this.#requestId = given.requestId ?? this.#requestId;
    if (event === 'done') this.#done = given;
    else if (event === 'error') {
      this.#problem = {
        code: given.code ?? null,
        message: given.error ?? '',
        said: given.errorSentence ?? null,
      };
    } else {
      this.#pieces.add(given);
      this.#timer ??= setTimeout(this.#show, SHOW_MS);
    }
  };

  /** At a frame, so that a hidden page draws nothing. */
  #show = (): void => {
    requestAnimationFrame(() => {
      this.#timer = null;
      this.#change((answer) => this.#pieces.addTo(answer));
    });
  };

  #change(change: (answer: Answer) => Answer): void {
    playground.setAnswer(this.#id, change);
  }

  /** @param failure what ended it without the API's own end */
  end(failure: 'stopped' | Problem | null): void {
    const isStopped = failure === 'stopped';
    const lost: Problem = { code: 'broken_off', message: '' };
    const problem = isStopped
      ? null
      : (failure ?? this.#problem ?? (this.#done === null ? lost : null));
    const state = isStopped ? 'stopped' : problem === null ? 'done' : 'failed';
    this.#change((answer) => ({
      ...this.#pieces.addTo(answer),
      state,
      problem,
      upstream: this.#done?.upstream ?? null,
      finishReason: this.#done?.finishReason ?? null,
    }));
  }

  async readRow(api: Api): Promise<void> {
    const known = this.#done?.exchangeId ?? null;
    const asked = this.#done === null && this.#requestId !== null ? this.#requestId : null;
    const id = asked === null ? known : await rowOfStopped(api, asked);
    if (id !== null) await followRow(api, id, (row) => this.#change((one) => ({ ...one, row })));
  }
}
