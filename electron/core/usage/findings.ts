/** What was found in an answer so far. */
import type { Usage } from '../../../shared/usage.ts';
import type { Claims, Times, UsageClaim } from './claims.ts';
import { NO_TIMES } from './claims.ts';
import { ContentTally } from './content-tally.ts';
import { toldUsage } from './count-rules.ts';
import type { Extraction } from './extractor.ts';
import { modelName } from './json-text.ts';
import type { TimedUsage } from './time-shapes.ts';
import { isInformative, replaced, usageOf } from './usage-shapes.ts';

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

  readonly #parts = new Map<number, UsageClaim>();
  /** Parts whose output was told in the frame under way, and whether counts beside them were. */
  readonly #fresh = new Set<number>();
  #isAsideFresh = false;
  #zeros: Usage | null = null;
  #aside: UsageClaim | null = null;
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
   * Notes a usage. Within a stream usages are cumulative: what is told last replaces what was told
   * before. `part` tells the parts of an answer apart that are counted on their own, to be added up.
   */
  usage(usage: Usage | null, part = 0): void {
    if (usage === null || Object.values(usage.provenance).every((mark) => mark === null)) return;
    const before = this.#parts.get(part);
    if (!isInformative(usage)) this.#zeros = usage;
    else if (before !== undefined || this.#parts.size < MAX_PARTS) {
      this.#parts.set(part, this.#claim(usage, before));
      if (usage.outputTokens !== null) this.#fresh.add(part);
    }
  }

  /** A frame is over: what was told in it covers its own content, too. */
  endFrame(): void {
    for (const part of this.#fresh) {
      const told = this.#parts.get(part);
      if (told !== undefined) this.#parts.set(part, { ...told, ...this.#position });
    }
    if (this.#isAsideFresh && this.#aside !== null)
      this.#aside = { ...this.#aside, ...this.#position };
    this.#fresh.clear();
    this.#isAsideFresh = false;
  }

  get #position(): Pick<UsageClaim, 'chunks' | 'isFinal'> {
    return { chunks: this.content.chunks, isFinal: this.ended };
  }

  #claim(usage: Usage, before: UsageClaim | undefined): UsageClaim {
    if (before === undefined) return { usage, ...this.#position };
    return { ...before, usage: replaced(before.usage, usage) };
  }

  /** Notes counts that stand in for blanks only, and times. */
  timed(timed: TimedUsage | null): void {
    if (timed === null) return;
    this.#aside = { usage: timed.usage, ...this.#position };
    this.#isAsideFresh = true;
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
      modelUnknown: false,
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
