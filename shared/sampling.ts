/**
 * The sampling parameters of a request, as the client gave them. Null for each that it did not give;
 * the server then uses its own default, which Tokwatt does not know.
 */
export interface Sampling {
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly topK: number | null;
  readonly minP: number | null;
  readonly typicalP: number | null;
  readonly repeatPenalty: number | null;
  readonly presencePenalty: number | null;
  readonly frequencyPenalty: number | null;
  readonly seed: number | null;
  /** Most tokens to generate. Some servers take -1 for no limit. */
  readonly maxTokens: number | null;
  /** The context size that the request asks for, tokens (Ollama's `num_ctx`). */
  readonly contextLength: number | null;
  /** How many stop sequences were given. The sequences themselves are not kept. */
  readonly stopCount: number | null;
  /** Such as `low` or `high`. */
  readonly reasoningEffort: string | null;
  /** Most tokens of reasoning (Anthropic's `budget_tokens`). */
  readonly reasoningTokens: number | null;
  /** `text`, `json_object`, `json_schema` or `grammar`. */
  readonly responseFormat: string | null;
  /** How many tools were offered. */
  readonly toolCount: number | null;
}

/** The parameters of a request that gave none. */
export const NO_SAMPLING: Sampling = {
  temperature: null,
  topP: null,
  topK: null,
  minP: null,
  typicalP: null,
  repeatPenalty: null,
  presencePenalty: null,
  frequencyPenalty: null,
  seed: null,
  maxTokens: null,
  contextLength: null,
  stopCount: null,
  reasoningEffort: null,
  reasoningTokens: null,
  responseFormat: null,
  toolCount: null,
};
