/**
 * OpenAI's Realtime API over WebSocket. The connection is one exchange, because sound flows in both
 * directions all the time. Each `response.done` reports the usage of one response; the usages are
 * added up. A transcription of the client's sound by another model is not counted.
 *
 * Source: https://platform.openai.com/docs/api-reference/realtime-server-events/response/done
 */
import type { Usage } from '../../../shared/usage.ts';
import { NO_PROMPT_PROGRESS } from './claims.ts';
import type { Extraction, ResponseReader } from './extractor.ts';
import { Findings } from './findings.ts';
import { VALUE, object } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at } from './json-text.ts';
import type { MessageRules } from './message-rules.ts';
import { openAiUsage } from './openai-usage.ts';
import { sumOf } from './usage-shapes.ts';

/** Reads the server's events of one connection. */
export class RealtimeAnswer implements ResponseReader {
  readonly contentChunks = null;
  readonly characters = 0;
  readonly hasVisibleText = false;
  readonly promptSoFar = NO_PROMPT_PROGRESS;
  readonly inputTokensSoFar = null;
  readonly #findings = new Findings(false);
  #sum: Usage | null = null;

  push(): void {
    // Its content comes as messages.
  }

  message(value: JsonObject): void {
    this.#findings.model(at(value, 'session', 'model'));
    if (at(value, 'type') !== 'response.done') return;
    const usage = openAiUsage(at(value, 'response', 'usage'), false);
    if (usage === null) return;
    this.#sum = this.#sum === null ? usage : sumOf([this.#sum, usage]);
    this.#findings.usage(this.#sum);
    this.#findings.ended = true;
  }

  end(): void {
    this.#findings.endFrame();
  }

  /** A connection whose server reports no tokens is no inference: it may have asked for nothing. */
  result(): Extraction {
    return { ...this.#findings.extraction(), inference: this.#sum !== null };
  }
}

export const REALTIME_MESSAGES: MessageRules = {
  shape: object({
    type: VALUE,
    session: object({ model: VALUE }),
    response: object({ usage: VALUE }),
  }),
  exchanges: null,
};
