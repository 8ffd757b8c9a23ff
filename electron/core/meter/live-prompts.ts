import type { ActivityRecord } from '../../../shared/usage.ts';
import type { RequestHead } from '../proxy/tap.ts';
import type { Exchange } from './exchange.ts';
import { LivePrompt } from './live-prompt.ts';
import { PromptRates } from './prompt-rates.ts';
import type { ThroughputHistory } from './throughput.ts';

/** What a prompt in progress needs to know of its exchange. */
export interface PromptSource {
  readonly exchange: Exchange;
  /** The name under which the model is counted; null before it is known. */
  readonly model: string | null;
  /** False if the model still had to be loaded when the request was sent. */
  readonly wasLoaded: boolean | null;
}

/** Creates the live counts of prompts and learns the usual speeds for them. */
export class LivePrompts {
  readonly #history: ThroughputHistory;
  readonly #rates = new PromptRates();

  constructor(history: ThroughputHistory) {
    this.#history = history;
  }

  begin({ monotonicAt, upstream }: RequestHead, source: () => PromptSource): LivePrompt {
    return new LivePrompt({
      history: this.#history,
      startedAt: monotonicAt,
      estimate: () => promptEstimate(source().exchange),
      usualRate: () => {
        const { model, wasLoaded } = source();
        // While a model loads, its prompt is not processed.
        if (model === null || wasLoaded === false) return null;
        return this.#rates.of(upstream.name, model);
      },
    });
  }

  learn(record: ActivityRecord): void {
    this.#rates.learn(record);
  }
}

/**
 * The prompt's tokens, estimated from the size of the request so far. Null for a mere load, and for
 * a request with images, whose size says nothing.
 */
function promptEstimate({ route, facts, sizes, estimator }: Exchange): number | null {
  if (!route.inference || !facts.inference || facts.features.images === true) return null;
  return sizes.requestBytes === 0 ? 0 : estimator.input(sizes.requestBytes).tokens;
}
