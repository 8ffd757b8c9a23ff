/** Detects what servers themselves say about a prompt that does not fit into the context. */
import type { JsonObject } from './json-text.ts';
import { at, text } from './json-text.ts';
import { count } from './usage-shapes.ts';

/** What a server said about its context. A count is null if the server did not name it. */
export interface ContextWords {
  /** `exceeded`: the request was refused. `truncated`: it was answered without a part of the text. */
  readonly kind: 'exceeded' | 'truncated';
  readonly promptTokens: number | null;
  readonly contextTokens: number | null;
}

/** Statuses of refusals for this reason. Before 2025-10, llama-server sent 500. */
export const CONTEXT_STATUSES: ReadonlySet<number> = new Set([400, 413, 422, 500]);

/** llama-server; OpenAI and compatible servers. */
const CODES: ReadonlySet<unknown> = new Set([
  'exceed_context_size_error',
  'context_length_exceeded',
]);

interface Message {
  readonly pattern: RegExp;
  /** The numbers of the groups with the prompt's and the context's tokens; 0 for none. */
  readonly prompt: 0 | 1 | 2;
  readonly context: 0 | 1 | 2;
}

/** The messages of servers, each with the servers that send it. */
const MESSAGES: readonly Message[] = [
  // llama-server, with the counts and, before 2025-10, without them.
  {
    pattern: /\brequest \((\d+) tokens\) exceeds the available context size(?: \((\d+) tokens\))?/i,
    prompt: 1,
    context: 2,
  },
  { pattern: /\bexceeds the available context size\b/i, prompt: 0, context: 0 },
  // LM Studio, in two forms.
  {
    pattern:
      /keep the first (\d+) tokens when (?:the )?context (?:the )?overflows\b.*?\bonly (\d+) tokens/i,
    prompt: 1,
    context: 2,
  },
  { pattern: /\bn_keep: ?(\d+) ?>= ?n_ctx: ?(\d+)/i, prompt: 1, context: 2 },
  // vLLM and OpenAI.
  {
    pattern:
      /\bmaximum context length is (\d+) tokens\b.*?(?:requested|resulted in|contains at least) (\d+)/i,
    prompt: 2,
    context: 1,
  },
  { pattern: /\bmaximum context length is (\d+) tokens\b/i, prompt: 0, context: 1 },
  // Ollama, for models without truncation and for embeddings.
  { pattern: /\bexceeds? (?:the )?(?:max(?:imum)? )?context length\b/i, prompt: 0, context: 0 },
  // llama-cpp-python.
  {
    pattern: /\brequested tokens \((\d+)\) exceed context window of (\d+)/i,
    prompt: 1,
    context: 2,
  },
];

/**
 * What an error, a document or plain text, says about the context; null for any other error.
 * Sources: llama.cpp's server README (`exceed_context_size_error` with `n_prompt_tokens` and
 * `n_ctx`), LM Studio's bug tracker, vLLM's and OpenAI's error messages.
 */
export function contextWordsOf(document: JsonObject | string): ContextWords | null {
  if (typeof document === 'string') return byMessage(document);
  const { error, detail } = document;
  const places = [error, document, detail];
  const message = [error, detail, ...places.map((place) => at(place, 'message'))]
    .map((words) => byMessage(text(words) ?? ''))
    .find((words) => words !== null);
  const coded = places.find(
    (place) => CODES.has(at(place, 'type')) || CODES.has(at(place, 'code')),
  );
  if (coded === undefined) return message ?? null;
  return {
    kind: 'exceeded',
    promptTokens: count(at(coded, 'n_prompt_tokens')) ?? message?.promptTokens ?? null,
    contextTokens: count(at(coded, 'n_ctx')) ?? message?.contextTokens ?? null,
  };
}

/** Longer texts are no messages of servers. This limits the cost of the patterns. */
const MAX_MESSAGE = 4_096;

function byMessage(words: string): ContextWords | null {
  const shown = words.slice(0, MAX_MESSAGE);
  for (const { pattern, prompt, context } of MESSAGES) {
    const found = pattern.exec(shown);
    if (found === null) continue;
    const tokens = (group: number): number | null => (group === 0 ? null : digits(found[group]));
    return { kind: 'exceeded', promptTokens: tokens(prompt), contextTokens: tokens(context) };
  }
  return null;
}

function digits(found: string | undefined): number | null {
  return found === undefined ? null : count(Number(found));
}
