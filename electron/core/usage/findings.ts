/** What was found in an answer so far, and what follows from it. */
import type { Usage } from '../../../shared/usage.ts';
import { UNKNOWN_USAGE } from '../../../shared/usage.ts';
import type { Extraction } from './extractor.ts';
import { modelName } from './json-text.ts';
import type { TimedUsage, Times } from './time-shapes.ts';
import { NO_TIMES, ratesOf } from './time-shapes.ts';
import { isInformative, sumOf, usageOf, withBlanksFrom } from './usage-shapes.ts';

/** Answers with more parts (prompts, choices) than this are followed no further. */
const MAX_PARTS = 1024;

export class Findings {
  responseModel: string | null = null;
  finishReason: string | null = null;
  architecture: string | null = null;
  toolsCalled = false;
  /** The server reported an error inside the answer. */
  failed = false;
  /** The end that the dialect promises was seen. */
  ended = false;
  /** The body itself says that the answer is not whole, however complete its JSON is. */
  unfinished = false;
  inference = true;
  /** The operation generates nothing: its output is zero by definition. */
  readonly inputOnly: boolean;

  readonly #parts = new Map<number, Usage>();
  #zeros: Usage | null = null;
  #aside: Usage | null = null;
  #progress: Usage | null = null;
  #times: Times = NO_TIMES;

  constructor(inputOnly: boolean) {
    this.inputOnly = inputOnly;
  }

  /** Notes the model that the answer names; empty names, as on error chunks, are passed over. */
  model(value: unknown): void {
    this.responseModel = modelName(value) ?? this.responseModel;
  }

  /**
   * Notes a usage. Within a stream usages are cumulative: the last one that says something counts.
   * `part` tells the parts of an answer apart that are counted on their own, to be added up.
   */
  usage(usage: Usage | null, part = 0): void {
    if (usage === null || Object.values(usage.provenance).every((mark) => mark === null)) return;
    if (!isInformative(usage)) this.#zeros = usage;
    else if (this.#parts.has(part) || this.#parts.size < MAX_PARTS) this.#parts.set(part, usage);
  }

  /** Notes counts that stand in for blanks only, and times. */
  timed(timed: TimedUsage | null): void {
    if (timed === null) return;
    this.#aside = timed.usage;
    this.times(timed.times);
  }

  /** Notes times: what is said again replaces, what is not said stays. */
  times(times: Times | null): void {
    if (times === null) return;
    const known = Object.entries(times).filter(([, value]) => value !== null);
    this.#times = { ...this.#times, ...(Object.fromEntries(known) as Partial<Times>) };
  }

  /** Notes the prompt's size, told while it is still being evaluated. */
  progress(input: number | null, cached: number | null): void {
    if (input !== null) this.#progress = usageOf({ input, cached });
  }

  /** The prompt's size as far as it is known. */
  get inputTokens(): number | null {
    return this.#known().inputTokens;
  }

  extraction(): Extraction {
    const completed = this.ended && !this.failed;
    const usage = this.#final(completed);
    const times = this.#parts.size > 1 ? NO_TIMES : this.#times;
    const { queueMs, loadMs, prefillMs, decodeMs, timeToFirstTokenMs } = times;
    return {
      responseModel: this.responseModel,
      usage: this.inference ? usage : UNKNOWN_USAGE,
      rates: ratesOf(usage, times),
      timing: { queueMs, loadMs, prefillMs, decodeMs, timeToFirstTokenMs },
      finishReason: this.finishReason,
      completed,
      failed: this.failed,
      toolsCalled: this.toolsCalled,
      inference: this.inference,
      architecture: this.architecture,
    };
  }

  #known(): Usage {
    let usage = sumOf([...this.#parts.values()]);
    if (this.#aside !== null) usage = withBlanksFrom(usage, this.#aside);
    if (this.#progress !== null) usage = withBlanksFrom(usage, this.#progress);
    return usage;
  }

  #final(completed: boolean): Usage {
    const usage = this.#known();
    if (!completed) return usage;
    // Input-only operations report zeros where nothing was counted (LM Studio's embeddings).
    if (this.inputOnly) return withBlanksFrom(usage, usageOf({ output: 0 }, 'derived'));
    // An explicit zero stays zero, once it is certain that nothing better came.
    return isInformative(usage) ? usage : (this.#zeros ?? usage);
  }
}
