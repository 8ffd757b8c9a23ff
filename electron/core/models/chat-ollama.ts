import { countOf, objectOf, textOf } from '../upstreams/json.ts';
import { pieceOf } from './chat.ts';
import type { ChatDialect, ChatEnd, ChatPiece, ChatReader } from './chat.ts';
import { errorWords, parsed, reportedFailure } from './refusal.ts';

/** Ollama's `/api/chat`: NDJSON with the counts in the last line. */
export const OLLAMA_CHAT: ChatDialect = {
  path: '/api/chat',
  body: ({ model, messages, temperature, topP, maxTokens, options }) => ({
    model,
    messages,
    stream: true,
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
    return pieceOf(textOf(message?.content), textOf(message?.thinking));
  }

  end(): ChatEnd | null {
    return this.#end;
  }
}
