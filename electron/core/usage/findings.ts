/** What was found in an answer so far. */
import type { Usage } from '../../../shared/usage.ts';
import type { Claims, Times } from './claims.ts';
import { NO_TIMES } from './claims.ts';
import { ContentTally } from './content-tally.ts';
import type { Extraction } from './extractor.ts';
import { modelName } from './json-text.ts';
import { toldUsage } from './reconcile.ts';
import type { TimedUsage } from './time-shapes.ts';
import { isInformative, usageOf } from './usage-shapes.ts';

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
  /** What the answer carried of the generated text. */
  readonly content = new ContentTally();
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

  /** The prompt's size as far as it was told. */
  get inputTokens(): number | null {
    return toldUsage(this.#claims()).inputTokens;
  }

  extraction(): Extraction {
    return {
      responseModel: this.responseModel,
      claims: this.#claims(),
      finishReason: this.finishReason,
      completed: this.ended && !this.failed,
      failed: this.failed,
      toolsCalled: this.toolsCalled,
      inference: this.inference,
      architecture: this.architecture,
    };
  }

  #claims(): Claims {
    return {
      parts: [...this.#parts.values()],
      zeros: this.#zeros,
      aside: this.#aside,
      progress: this.#progress,
      times: this.#times,
      inputOnly: this.inputOnly,
    };
  }
}
