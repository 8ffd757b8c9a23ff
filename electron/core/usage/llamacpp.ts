/** llama.cpp's native `/completion` and `/infill`. */
import type { Content } from './content-tally.ts';
import { contentOf } from './content-tally.ts';
import type { ContextWords } from './context-words.ts';
import { createDialect } from './dialect.ts';
import { draftsIn } from './drafts.ts';
import { llamaCppError } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold, FrameContext, OrdinaryFrames } from './fold.ts';
import { SAMPLE, TEXT, VALUE, object } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at, text } from './json-text.ts';
import { OPENAI_LENS } from './openai-request.ts';
import { notePromptProgress } from './prompt-progress.ts';
import { llamaTimings } from './time-shapes.ts';
import { answerUsage, count, usageOf, withBlanksFrom } from './usage-shapes.ts';

const ANSWER = object({
  model: VALUE,
  error: SAMPLE,
  index: VALUE,
  content: TEXT,
  stop: VALUE,
  stop_type: VALUE,
  tokens_evaluated: VALUE,
  tokens_predicted: VALUE,
  truncated: VALUE,
  timings: VALUE,
  prompt_progress: VALUE,
});

const MARKER = /"(?:stop"\s*:\s*[^f\s]|index"\s*:\s*[1-9]|(?:timings|prompt_progress|error)"\s*:)/;

const ORDINARY: OrdinaryFrames = {
  events: null,
  content: /"(content)"\s*:\s*"[^"]/,
  isVisible: () => true,
  marker: () => MARKER,
  curiosity: 1,
};

/** `truncated`: the prompt or the text so far was cut to fit into the slot's context. */
const TRUNCATED: ContextWords = { kind: 'truncated', promptTokens: null, contextTokens: null };

const MAX_PARTS = 1024;

class LlamaCppFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = ORDINARY;
  readonly findings = new Findings(false);
  /** Whether each answer has stopped. */
  readonly #stopped = new Map<number, boolean>();
  readonly #answersPerPrompt: number;

  constructor(answersPerPrompt: number) {
    this.#answersPerPrompt = answersPerPrompt;
  }

  frame(value: JsonObject, { streamed, index }: FrameContext): Content | null {
    const { findings } = this;
    findings.model(at(value, 'model'));
    const part = count(at(value, 'index')) ?? Math.max(index, 0);
    // `tokens_cached` is the number of tokens in the slot, not the cached part of the prompt.
    // `timings` has the latter.
    const timed = llamaTimings(at(value, 'timings'));
    const counts = usageOf({
      input: count(at(value, 'tokens_evaluated')),
      output: count(at(value, 'tokens_predicted')),
    });
    const usage = timed === null ? counts : withBlanksFrom(counts, timed.usage);
    findings.usage(answerUsage(usage, part, this.#answersPerPrompt), part);
    if (timed !== null) findings.times(timed.times);
    findings.drafted(draftsIn(value), part);
    notePromptProgress(findings, value);
    if (at(value, 'truncated') === true) findings.contextWords = TRUNCATED;
    this.#stop(value, part, streamed);
    return contentOf([at(value, 'content')]);
  }

  /** The end marker of OpenAI-style streams, which some builds send here too. */
  done(): void {
    this.findings.ended = true;
  }

  #stop(value: JsonObject, part: number, streamed: boolean): void {
    const { findings } = this;
    const stop = at(value, 'stop');
    if (this.#stopped.has(part) || this.#stopped.size < MAX_PARTS) {
      this.#stopped.set(part, stop === true || this.#stopped.get(part) === true);
    }
    const reason = text(at(value, 'stop_type'));
    if (stop === true && reason !== null && reason !== 'none') findings.finishReason = reason;
    if (streamed) findings.ended = [...this.#stopped.values()].every(Boolean);
  }
}

export const llamaCpp: Dialect = createDialect({
  id: 'llamacpp',
  lens: () => OPENAI_LENS,
  fold: (_route, _head, facts) => new LlamaCppFold(facts.answersPerPrompt),
  error: llamaCppError,
});
