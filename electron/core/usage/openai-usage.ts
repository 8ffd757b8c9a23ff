/** OpenAI's `usage` object, with the extensions of other servers and gateways. */
import type { Usage } from '../../../shared/usage.ts';
import { at, isObject } from './json-text.ts';
import { firstCount } from './usage-shapes.ts';
import { placed } from './usage-totals.ts';

/**
 * Reads a `usage` object with the field names of OpenAI's Chat Completions, Responses, Embeddings,
 * Audio or Images. Supports the extensions of SGLang, vLLM and llama.cpp, DeepSeek's
 * `prompt_cache_hit_tokens`, and Anthropic's cache fields, which gateways pass on.
 *
 * @param inputOnly true if the operation generates nothing (embedding, rerank), so that a total
 * without other counts is all input
 * @returns null if there is no such object or it has no count
 */
export function openAiUsage(value: unknown, inputOnly: boolean): Usage | null {
  if (!isObject(value)) return null;
  const hit = firstCount(at(value, 'prompt_cache_hit_tokens'));
  const miss = firstCount(at(value, 'prompt_cache_miss_tokens'));
  const reported = firstCount(at(value, 'prompt_tokens'), at(value, 'input_tokens'));
  const parts = hit === null || miss === null ? null : hit + miss;
  const usage = placed(
    {
      input: reported ?? parts,
      cached:
        firstCount(
          at(value, 'prompt_tokens_details', 'cached_tokens'),
          at(value, 'input_tokens_details', 'cached_tokens'),
          at(value, 'input_token_details', 'cached_tokens'),
          at(value, 'cached_tokens'),
        ) ??
        hit ??
        firstCount(at(value, 'cache_read_input_tokens')),
      output: firstCount(at(value, 'completion_tokens'), at(value, 'output_tokens')),
      reasoning: firstCount(
        at(value, 'completion_tokens_details', 'reasoning_tokens'),
        at(value, 'output_tokens_details', 'reasoning_tokens'),
        at(value, 'output_tokens_details', 'thinking_tokens'),
        at(value, 'reasoning_tokens'),
      ),
      total: firstCount(at(value, 'total_tokens')),
    },
    inputOnly,
  );
  if (usage.inputTokens === null && usage.outputTokens === null) return null;
  return reported === null && parts !== null ? withDerivedInput(usage) : usage;
}

function withDerivedInput(usage: Usage): Usage {
  return { ...usage, provenance: { ...usage.provenance, input: 'derived' } };
}
