/** The `/generate` family: Text Generation Inference, SGLang's native API and KoboldCpp. */
import { NO_TIMES } from './claims.ts';
import type { Content } from './content-tally.ts';
import { contentOf } from './content-tally.ts';
import { createDialect } from './dialect.ts';
import { inferenceServerError } from './error-shapes.ts';
import type { Dialect, ResponseHead } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold, FrameContext } from './fold.ts';
import { headerNumber } from './input-only.ts';
import { SAMPLE, TEXT, VALUE, array, object } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at, elements, text } from './json-text.ts';
import { OPENAI_LENS } from './openai-request.ts';
import { lengthOf } from './text-length.ts';
import { placed } from './usage-totals.ts';
import type { Counts } from './usage-shapes.ts';
import { count, sumOf, usageOf } from './usage-shapes.ts';

const ANSWER = object({
  index: VALUE,
  error: SAMPLE,
  text: TEXT,
  token: SAMPLE,
  generated_text: TEXT,
  finish_reason: VALUE,
  details: object({ finish_reason: VALUE, generated_tokens: VALUE }),
  meta_info: object({
    prompt_tokens: VALUE,
    completion_tokens: VALUE,
    cached_tokens: VALUE,
    reasoning_tokens: VALUE,
    finish_reason: VALUE,
  }),
  results: array(
    object({ text: TEXT, prompt_tokens: VALUE, completion_tokens: VALUE, finish_reason: VALUE }),
  ),
});

/** Most parts of a batch that are tracked separately. */
const MAX_PARTS = 1024;

class GenerateFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = null;
  readonly findings = new Findings(false);
  /** Text length of each part so far, for servers that repeat the whole text in each frame. */
  readonly #lengths = new Map<number, number>();

  constructor(head: ResponseHead) {
    const usage = usageOf({
      input: count(headerNumber(head, 'x-prompt-tokens')),
      output: count(headerNumber(head, 'x-generated-tokens')),
    });
    this.findings.timed({
      usage,
      times: { ...NO_TIMES, queueMs: headerNumber(head, 'x-queue-time') },
    });
  }

  frame(value: JsonObject, { streamed, index }: FrameContext): Content | null {
    const { findings } = this;
    const meta = at(value, 'meta_info');
    const details = at(value, 'details');
    const results = elements(at(value, 'results'));
    // In SGLang `index` identifies the stream in a batch; in TGI it counts tokens.
    const own = meta === undefined ? 0 : (count(at(value, 'index')) ?? 0);
    const part = index >= 0 ? index : own;
    findings.usage(placed({ ...countsIn(meta), total: null }, false), part);
    findings.usage(usageOf({ output: count(at(details, 'generated_tokens')) }), part);
    findings.usage(sumOf(results.map((result) => usageOf(countsIn(result)))), part);
    const reasons = [value, meta, details, ...results].map((o) => reasonOf(at(o, 'finish_reason')));
    const reason = reasons.find((found) => found !== null) ?? null;
    if (reason !== null) findings.finishReason = reason;
    const whole = at(value, 'generated_text');
    const isLast = reason !== null || lengthOf(whole) > 0;
    if (streamed && isLast) findings.ended = true;
    if (meta !== undefined) return this.#added(at(value, 'text'), part);
    const token = at(value, 'token');
    const said = contentOf([token, at(token, 'text'), at(value, 'text')]);
    if (streamed) return said;
    return said ?? contentOf([whole, ...results.map((result) => at(result, 'text'))]);
  }

  /**
   * The new part of a text. SGLang repeats the whole text in each frame unless configured
   * otherwise.
   */
  #added(said: unknown, part: number): Content | null {
    const length = lengthOf(said);
    const before = this.#lengths.get(part) ?? 0;
    if (this.#lengths.has(part) || this.#lengths.size < MAX_PARTS) this.#lengths.set(part, length);
    const characters = length < before ? length : length - before;
    return length === 0 ? null : { characters, visible: true };
  }

  done(): void {
    this.findings.ended = true;
  }
}

function countsIn(value: unknown): Counts {
  return {
    input: count(at(value, 'prompt_tokens')),
    cached: count(at(value, 'cached_tokens')),
    output: count(at(value, 'completion_tokens')),
    reasoning: count(at(value, 'reasoning_tokens')),
  };
}

/** The reason itself, or the `type` of SGLang's object. */
function reasonOf(value: unknown): string | null {
  return text(value) ?? text(at(value, 'type'));
}

export const generate: Dialect = createDialect({
  id: 'generate',
  lens: ({ endpoint }) =>
    /stream\/?$/.test(endpoint) ? { ...OPENAI_LENS, stream: () => true } : OPENAI_LENS,
  fold: (_route, head) => new GenerateFold(head),
  error: inferenceServerError,
});
