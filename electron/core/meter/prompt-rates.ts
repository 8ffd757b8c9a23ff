import type { ActivityRecord } from '../../../shared/usage.ts';
import { putNewest } from '../newest-entries.ts';

/** Most models remembered. Clients choose the names, so the number must be limited. */
const MAX_MODELS = 200;
/** Fewest processed tokens from which a speed is learnt. Fixed costs dominate shorter prompts. */
const MIN_TOKENS = 64;

/**
 * The last speed at which each model processed a prompt, tokens per second. Speeds from the time to
 * first token are left out, because that time includes queueing and loading.
 */
export class PromptRates {
  readonly #rates = new Map<string, number>();

  /** Null if the model's speed is not known. */
  of(upstream: string, model: string): number | null {
    return this.#rates.get(keyOf(upstream, model)) ?? null;
  }

  learn({ upstream, countedModel, rates, usage }: ActivityRecord): void {
    const { promptTokensPerSecond: rate, provenance } = rates;
    const fresh = (usage.inputTokens ?? 0) - (usage.cachedInputTokens ?? 0);
    if (countedModel === null || rate === null || fresh < MIN_TOKENS) return;
    if (provenance.prompt === 'estimated') return;
    putNewest(this.#rates, keyOf(upstream, countedModel), rate, MAX_MODELS);
  }
}

function keyOf(upstream: string, model: string): string {
  return `${upstream}\n${model}`;
}
