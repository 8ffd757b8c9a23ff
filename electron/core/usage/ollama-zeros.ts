import type { Usage } from '../../../shared/usage.ts';
import type { Claims } from './claims.ts';

/**
 * Makes zeros for cached and reasoning tokens unknown. Ollama's Responses API writes both zeros
 * into each answer, whether or not the prompt was cached and the model reasoned (Ollama's
 * `openai/responses.go`). Newer versions report the cached tokens; there a zero is unknown too.
 */
export function withoutHardCodedZeros(claims: Claims): Claims {
  return {
    ...claims,
    parts: claims.parts.map((part) => ({ ...part, usage: withoutZeros(part.usage) })),
    zeros: claims.zeros === null ? null : withoutZeros(claims.zeros),
  };
}

function withoutZeros(usage: Usage): Usage {
  const { cachedInputTokens: cached, reasoningTokens: reasoning, provenance } = usage;
  return {
    ...usage,
    cachedInputTokens: cached === 0 ? null : cached,
    reasoningTokens: reasoning === 0 ? null : reasoning,
    provenance: {
      ...provenance,
      cachedInput: cached === 0 ? null : provenance.cachedInput,
      reasoning: reasoning === 0 ? null : provenance.reasoning,
    },
  };
}
