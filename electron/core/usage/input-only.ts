/** Answers of operations that generate nothing: embeddings, reranking, classification. */
import { NO_TIMES } from './claims.ts';
import type { ResponseHead } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold } from './fold.ts';
import { SAMPLE, VALUE, object } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { openAiUsage } from './openai-usage.ts';
import { at } from './json-text.ts';
import { count, usageOf } from './usage-shapes.ts';

const ANSWER = object({ model: VALUE, object: SAMPLE, error: SAMPLE, usage: VALUE });

/** A header's figure, milliseconds or tokens; null if it is absent or not a plain number. */
export function headerNumber(head: ResponseHead, name: string): number | null {
  const value = head.header(name)?.trim() ?? '';
  return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : null;
}

/** Reads `usage` where the body has it, else the `x-compute-tokens` of Text Embeddings Inference. */
export class InputOnlyFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = null;
  readonly findings = new Findings(true);

  constructor(head: ResponseHead) {
    const input = count(headerNumber(head, 'x-compute-tokens'));
    if (input === null) return;
    const times = {
      ...NO_TIMES,
      queueMs: headerNumber(head, 'x-queue-time'),
      prefillMs: headerNumber(head, 'x-inference-time'),
    };
    this.findings.timed({ usage: usageOf({ input }), times });
  }

  frame(value: JsonObject): null {
    this.findings.model(at(value, 'model'));
    if (at(value, 'object') === 'error') this.findings.failed = true;
    this.findings.usage(openAiUsage(at(value, 'usage'), true));
    return null;
  }
}
