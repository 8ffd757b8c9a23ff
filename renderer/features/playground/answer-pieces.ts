import type { Sentence } from '../../../shared/sentences.ts';
import type { Answer, ToolCall } from './types.ts';

/** The data of `POST /chat`'s events, as far as they are used. */
export interface ChatEventData {
  readonly token?: string;
  readonly thinking?: string;
  readonly toolCall?: {
    readonly index: number;
    readonly name: string | null;
    readonly arguments: string;
  };
  readonly requestId?: string;
  readonly exchangeId?: number | null;
  readonly upstream?: string;
  readonly finishReason?: string | null;
  readonly error?: string;
  readonly errorSentence?: Sentence | null;
  readonly code?: string;
}

/** Collects the pieces of an answer that came since it was last shown. */
export class AnswerPieces {
  #text = '';
  #reasoning = '';
  readonly #calls = new Map<number, ToolCall>();
  #hasCalls = false;

  add({ token, thinking, toolCall }: ChatEventData): void {
    this.#text += token ?? '';
    this.#reasoning += thinking ?? '';
    if (toolCall === undefined) return;
    const { index, name, arguments: input } = toolCall;
    const before = this.#calls.get(index) ?? { name: '', input: '' };
    this.#calls.set(index, { name: before.name + (name ?? ''), input: before.input + input });
    this.#hasCalls = true;
  }

  /** The answer with these pieces, which are then forgotten. */
  addTo(answer: Answer): Answer {
    const isEmpty = this.#text === '' && this.#reasoning === '' && !this.#hasCalls;
    if (isEmpty) return answer;
    const next: Answer = {
      ...answer,
      state: 'running',
      text: answer.text + this.#text,
      reasoning: answer.reasoning + this.#reasoning,
      toolCalls: this.#hasCalls ? [...this.#calls.values()] : answer.toolCalls,
    };
    this.#text = '';
    this.#reasoning = '';
    this.#hasCalls = false;
    return next;
  }
}
