/** Collects what was found in an answer so far. */
import type { NoAnswer, Usage } from '../../../shared/usage.ts';
import type { Claims, FirstOnly, PromptSoFar, Times, UsageClaim } from './claims.ts';
import { NO_TIMES } from './claims.ts';
import type { ContextWords } from './context-words.ts';
import { ContentTally } from './content-tally.ts';
import { reportedUsage } from './count-rules.ts';
import { draftsOf } from './drafts.ts';
import type { Drafts } from './drafts.ts';
import type { Extraction } from './extractor.ts';
import { modelName } from './json-text.ts';
import type { TimedUsage } from './time-shapes.ts';
import { isInformative, replaced, usageOf } from './usage-shapes.ts';

/** Most parts (prompts, choices) of an answer that are tracked. */
const MAX_PARTS = 1024;

export class Findings {
  responseModel: string | null = null;
  finishReason: string | null = null;
  architecture: string | null = null;
  /** The response's own id. */
  responseId: string | null = null;
  toolsCalled = false;
  /** True if the answer contains an error. */
  failed = false;
  /** True if the end marker of the dialect was seen. */
  ended = false;
  /** True if the body says that the answer is unfinished, even though its JSON is complete. */
  unfinished = false;
  inference = true;
  /** Not null if the counts cover only the first prompt and answer. */
  firstOnly: FirstOnly | null = null;
  /** What came in place of an answer. */
  instead: NoAnswer | null = null;
  /** What the server said about its context. */
  contextWords: ContextWords | null = null;
  /** The amount of generated content. */
  readonly content = new ContentTally();
  /** True if the operation generates nothing, so that its output is zero by definition. */
  readonly inputOnly: boolean;

  readonly #parts = new Map<number, UsageClaim>();
  /**
   * Parts whose output count came in the current frame. `#isAsideFresh` is the same for additional
   * counts.
   */
  readonly #fresh = new Set<number>();
  #isAsideFresh = false;
  #zeros: Usage | null = null;
  #aside: UsageClaim | null = null;
  #progress: Usage | null = null;
  #processed: number | null = null;
  #times: Times = NO_TIMES;
  readonly #drafts = new Map<number, Drafts>();

  constructor(inputOnly: boolean) {
    this.inputOnly = inputOnly;
  }

  /** Records the model named in the answer. Ignores empty names, which error chunks have. */
  model(value: unknown): void {
    this.responseModel = modelName(value) ?? this.responseModel;
  }

  /**
   * Records a usage. Usages of a stream are cumulative, so a later one replaces an earlier one.
   * `part` identifies a part of the answer that is counted separately and then added.
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

  /** Ends a frame. Counts that came in it also cover its own content. */
  endFrame(): void {
    for (const part of this.#fresh) {
      const reported = this.#parts.get(part);
      if (reported !== undefined) this.#parts.set(part, { ...reported, ...this.#position });
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

  /** Records times, and counts that only fill unknown fields. */
  timed(timed: TimedUsage | null): void {
    if (timed === null) return;
    this.#aside = { usage: timed.usage, ...this.#position };
    this.#isAsideFresh = true;
    this.times(timed.times);
  }

  /** Records times. New values replace earlier ones, null values do not. */
  times(times: Times | null): void {
    if (times === null) return;
    const known = Object.entries(times).filter(([, value]) => value !== null);
    this.#times = { ...this.#times, ...(Object.fromEntries(known) as Partial<Times>) };
  }

  /** Records drafted tokens. Those of a part are cumulative, so a later value replaces them. */
  drafted(drafts: Drafts | null, part = 0): void {
    if (drafts === null) return;
    if (this.#drafts.has(part) || this.#drafts.size < MAX_PARTS) this.#drafts.set(part, drafts);
  }

  /** Records the prompt's size, sent while the prompt is still being evaluated. */
  progress(input: number | null, cached: number | null): void {
    if (input !== null) this.#progress = usageOf({ input, cached });
  }

  /** Records the processed part of the prompt's uncached tokens, from 0 to 1. It never falls. */
  processed(part: number): void {
    this.#processed = Math.max(this.#processed ?? 0, Math.min(1, part));
  }

  get promptSoFar(): PromptSoFar {
    const { inputTokens, cachedInputTokens } = reportedUsage(this.#claims());
    const fresh = inputTokens === null ? null : Math.max(0, inputTokens - (cachedInputTokens ?? 0));
    return { freshTokens: fresh, processed: this.#processed };
  }

  /** The prompt's size as reported so far. */
  get inputTokens(): number | null {
    return reportedUsage(this.#claims()).inputTokens;
  }

  extraction(): Extraction {
    return {
      responseModel: this.responseModel,
      claims: this.#claims(),
      finishReason: this.finishReason,
      completed: this.ended && !this.failed && this.instead === null,
      failed: this.failed,
      modelUnknown: false,
      contextWords: this.contextWords,
      toolsCalled: this.toolsCalled,
      instead: this.instead,
      inference: this.inference,
      architecture: this.architecture,
      responseId: this.responseId,
      drafts: draftsOf(this.#drafts.values()),
    };
  }

  #claims(): Claims {
    return {
      parts: [...this.#parts.values()],
      zeros: this.#zeros,
      aside: this.#aside,
      progress: this.#progress,
      times: this.#times,
      firstOnly: this.firstOnly,
      inputOnly: this.inputOnly,
    };
  }
}
