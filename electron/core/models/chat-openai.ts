import { countOf, objectOf, objectsOf, textOf } from '../upstreams/json.ts';
import type { JsonObject } from '../upstreams/json.ts';
import type { Usage } from '../../../shared/usage.ts';
import { openAiUsage } from '../usage/openai-usage.ts';
import { pieceOf } from './chat.ts';
import { openAiMessage } from './chat-messages.ts';
import type { ChatDialect, ChatEnd, ChatPiece, ChatReader, ChatToolCall } from './chat.ts';
import { errorWords, parsed, reportedFailure } from './refusal.ts';

/**
 * OpenAI's Chat Completions as an event stream.
 *
 * @param path the endpoint's path on the server
 */
export function openAiChat(path = '/v1/chat/completions'): ChatDialect {
  return {
    path,
    body: ({ model, messages, temperature, topP, maxTokens, tools, think, options }) => ({
      ...renamed(options),
      model,
      messages: messages.map(openAiMessage),
      stream: true,
      // The stream reports token counts only with this option.
      stream_options: { include_usage: true },
      ...(tools === undefined ? {} : { tools }),
      ...thinkingOf(think),
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { top_p: topP }),
      ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    }),
    reader: () => new OpenAiReader(),
  };
}

/**
 * OpenAI's field for how hard to think. Whether to think at all is a matter of the chat template,
 * which llama-server, vLLM and SGLang pass on.
 */
function thinkingOf(think: boolean | string | undefined): JsonObject {
  if (think === undefined) return {};
  if (typeof think === 'string') return { reasoning_effort: think };
  return { chat_template_kwargs: { enable_thinking: think } };
}

/** Clients of the stack use Ollama's option names. This option has another name in OpenAI's API. */
function renamed({ num_predict: maxTokens, ...options }: JsonObject): JsonObject {
  return maxTokens === undefined ? options : { max_tokens: maxTokens, ...options };
}

class OpenAiReader implements ChatReader {
  #usage: Usage | null = null;
  #finish: string | null = null;
  #ended = false;

  line(line: string): ChatPiece | null {
    // Older llama-server versions report failures on a line with the field `error`.
    const field = /^(data|error): ?/.exec(line);
    if (field === null) return null;
    const data = line.slice(field[0].length);
    if (data.trim() === '[DONE]') {
      this.#ended = true;
      return null;
    }
    const frame = objectOf(parsed(data));
    if (frame === null) return null;
    const words = errorWords(field[1] === 'error' ? { error: frame } : frame);
    if (words !== null) throw reportedFailure(words);
    this.#usage = openAiUsage(frame.usage, false) ?? this.#usage;
    return this.#choice(objectsOf(frame.choices)?.[0]);
  }

  end(): ChatEnd | null {
    if (!this.#ended && this.#finish === null) return null;
    return {
      finishReason: this.#finish,
      promptTokens: this.#usage?.inputTokens ?? null,
      cachedPromptTokens: this.#usage?.cachedInputTokens ?? null,
      completionTokens: this.#usage?.outputTokens ?? null,
    };
  }

  #choice(choice: JsonObject | undefined): ChatPiece | null {
    this.#finish = textOf(choice?.finish_reason) ?? this.#finish;
    const delta = objectOf(choice?.delta);
    const thinking = textOf(delta?.reasoning_content) ?? textOf(delta?.reasoning);
    return pieceOf(textOf(delta?.content), thinking, toolCallsOf(delta?.tool_calls));
  }
}

function toolCallsOf(given: unknown): ChatToolCall[] {
  return (objectsOf(given) ?? []).map((call, place) => {
    const called = objectOf(call.function);
    return {
      index: countOf(call.index) ?? place,
      id: textOf(call.id),
      name: textOf(called?.name),
      arguments: textOf(called?.arguments) ?? '',
    };
  });
}
