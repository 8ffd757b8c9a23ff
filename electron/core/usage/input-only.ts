/** Answers of operations without output: embeddings, reranking, classification. */
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

/** A number in a header, milliseconds or tokens; null if it is missing or not a plain number. */
export function headerNumber(head: ResponseHead, name: string): number | null {
  const value = head.header(name)?.trim() ?? '';
  return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : null;
}

/** Reads `usage` in the body, else the `x-compute-tokens` header of Text Embeddings Inference. */
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
