import { countOf, objectOf, objectsOf, textOf } from '../upstreams/json.ts';
import type { JsonObject } from '../upstreams/json.ts';
import { pieceOf } from './chat.ts';
import { ollamaMessage } from './chat-messages.ts';
import type { ChatDialect, ChatEnd, ChatPiece, ChatReader, ChatToolCall } from './chat.ts';
import { errorWords, parsed, reportedFailure } from './refusal.ts';

/** Ollama's `/api/chat`: NDJSON with the counts in the last line. */
export const OLLAMA_CHAT: ChatDialect = {
  path: '/api/chat',
  body: ({ model, messages, temperature, topP, maxTokens, tools, think, options }) => ({
    model,
    messages: messages.map(ollamaMessage),
    stream: true,
    ...(tools === undefined ? {} : { tools }),
    ...(think === undefined ? {} : { think }),
    options: {
      ...options,
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { top_p: topP }),
      ...(maxTokens === undefined ? {} : { num_predict: maxTokens }),
    },
  }),
  reader: () => new OllamaReader(),
};

class OllamaReader implements ChatReader {
  #end: ChatEnd | null = null;
  #calls = 0;

  line(line: string): ChatPiece | null {
    const frame = objectOf(parsed(line));
    if (frame === null) return null;
    const words = errorWords(frame);
    if (words !== null) throw reportedFailure(words);
    if (frame.done === true) {
      this.#end = {
        finishReason: textOf(frame.done_reason),
        promptTokens: countOf(frame.prompt_eval_count),
        cachedPromptTokens: countOf(frame.prompt_eval_cached_count),
        completionTokens: countOf(frame.eval_count),
      };
    }
    const message = objectOf(frame.message);
    const calls = (objectsOf(message?.tool_calls) ?? []).map((call) => this.#call(call));
    return pieceOf(textOf(message?.content), textOf(message?.thinking), calls);
  }

  end(): ChatEnd | null {
    return this.#end;
  }

  /** Ollama sends each call whole. */
  #call({ id, function: given }: JsonObject): ChatToolCall {
    const called = objectOf(given);
    return {
      index: this.#calls++,
      id: textOf(id),
      name: textOf(called?.name),
      arguments: JSON.stringify(called?.arguments ?? {}),
    };
  }
}
