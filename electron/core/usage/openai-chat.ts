/**
 * OpenAI's Chat Completions and Completions, with the extensions of llama.cpp (`timings`,
 * `prompt_progress`), vLLM (`metrics`), LM Studio (`stats`), LocalAI and TabbyAPI (times inside
 * `usage`).
 */
import type { Content } from './content-tally.ts';
import { TEXTLESS, contentOf, joined } from './content-tally.ts';
import type { Usage } from '../../../shared/usage.ts';
import { createDialect } from './dialect.ts';
import { openAiError } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold, FrameContext, OrdinaryFrames } from './fold.ts';
import { SAMPLE, TEXT, VALUE, array, object } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at, elements, isObject, text } from './json-text.ts';
import { OPENAI_LENS } from './openai-request.ts';
import { openAiUsage } from './openai-usage.ts';
import { notePromptProgress } from './prompt-progress.ts';
import { noteTimes } from './server-timings.ts';
import { lengthOf } from './text-length.ts';
import { llamaTimings } from './time-shapes.ts';
import { answerUsage, count, withBlanksFrom } from './usage-shapes.ts';

const DELTA = object({
  content: TEXT,
  reasoning_content: TEXT,
  reasoning: TEXT,
  reasoning_details: SAMPLE,
  refusal: TEXT,
  tool_calls: SAMPLE,
  function_call: SAMPLE,
  audio: SAMPLE,
});

const ANSWER = object({
  id: SAMPLE,
  object: SAMPLE,
  model: VALUE,
  error: SAMPLE,
  usage: VALUE,
  x_groq: object({ usage: VALUE }),
  timings: VALUE,
  metrics: VALUE,
  stats: VALUE,
  model_info: object({ arch: VALUE }),
  prompt_progress: VALUE,
  choices: array(
    object({
      index: VALUE,
      finish_reason: VALUE,
      text: TEXT,
      delta: DELTA,
      message: DELTA,
      usage: VALUE,
    }),
  ),
});

const NEWS =
  '(?:usage|timings|metrics|stats|prompt_progress|error)"\\s*:\\s*[^\\sn]|' +
  // Thoughts sent in parts have members called `text`, which are not visible text.
  '(?:thinking|reasoning_details)"\\s*:\\s*\\[|' +
  'finish_reason"\\s*:\\s*"|object"\\s*:\\s*"error|index"\\s*:\\s*[1-9]';
const MARKER = new RegExp(`"(?:${NEWS})`);
const MARKER_AND_TOOLS = new RegExp(
  `"(?:${NEWS}|tool_calls"\\s*:\\s*\\[|function_call"\\s*:\\s*\\{)`,
);

const MAX_CHOICES = 1024;

/** Members of a choice, its `delta` or its `message` that may hold visible text. */
const VISIBLE = new Set(['content', 'text', 'refusal']);

class OpenAiChatFold implements Fold {
  readonly shape = ANSWER;
  readonly findings = new Findings(false);
  readonly ordinary: OrdinaryFrames = {
    events: null,
    content: /"(content|reasoning_content|reasoning|text|refusal|arguments)"\s*:\s*"[^"]/,
    isVisible: (member) => VISIBLE.has(member),
    // Only the first tool call must be parsed; the arguments after it need not be.
    marker: () => (this.findings.toolsCalled ? MARKER : MARKER_AND_TOOLS),
    curiosity: Infinity,
  };
  /** Whether each choice seen so far has finished. */
  readonly #choices = new Map<number, boolean>();
  /** The index of the choice that finished last. */
  #lastFinished = 0;
  readonly #answersPerPrompt: number;

  constructor(answersPerPrompt: number) {
    this.#answersPerPrompt = answersPerPrompt;
  }

  frame(value: JsonObject, { streamed }: FrameContext): Content | null {
    const { findings } = this;
    findings.model(at(value, 'model'));
    if (at(value, 'object') === 'error') findings.failed = true;
    findings.architecture = text(at(value, 'model_info', 'arch')) ?? findings.architecture;
    const choices = elements(at(value, 'choices'));
    this.#count(value, choices, streamed);
    noteTimes(findings, value, this.#partOf(choices));
    notePromptProgress(findings, value);
    const contents = choices.map((choice) => this.#choice(choice));
    // A usage does not mark the end, although it usually comes last: some servers send it earlier.
    if (streamed) findings.ended = this.#haveAllFinished();
    return isLoadingNote(value) ? null : joined(contents);
  }

  done(): void {
    this.findings.ended = true;
  }

  late(value: JsonObject): void {
    const choices = elements(at(value, 'choices'));
    const said = choices.map((choice) => [at(choice, 'text'), at(choice, 'delta')]);
    if (said.every(([text, delta]) => lengthOf(text) === 0 && saidContent(delta) === null)) {
      this.findings.usage(usageIn(value, choices));
    }
  }

  /**
   * Takes the usage. llama.cpp, known by its `timings`, sends one for each choice: with the end of
   * the choice, or in the chunk without choices after it. An answer in one piece has only that of
   * the first choice.
   */
  #count(value: JsonObject, choices: readonly unknown[], streamed: boolean): void {
    const usage = usageIn(value, choices);
    const timed = llamaTimings(at(value, 'timings'));
    // A usage of the whole answer would have more tokens than the timings of one choice.
    const isOfOne = (usage ?? timed?.usage)?.outputTokens === timed?.usage.outputTokens;
    if (!streamed && timed !== null && isOfOne && choices.length > 1) {
      const prompts = Math.ceil(choices.length / this.#answersPerPrompt);
      this.findings.firstOnly = { prompts, answers: choices.length };
    }
    const index = this.#partOf(choices);
    const isOneOfSeveral = this.#answersPerPrompt > 1 || this.#choices.size > 1 || index > 0;
    if (timed === null || !isOneOfSeveral) {
      this.findings.usage(usage);
      return;
    }
    const counted = usage === null ? timed.usage : withBlanksFrom(usage, timed.usage);
    this.findings.usage(answerUsage(counted, index, this.#answersPerPrompt), index);
  }

  /** The choice that the figures of a frame belong to. */
  #partOf([choice]: readonly unknown[]): number {
    return choice === undefined ? this.#lastFinished : indexOf(choice);
  }

  /** Takes one choice and returns its content. */
  #choice(choice: unknown): Content | null {
    const { findings } = this;
    const index = indexOf(choice);
    const reason = text(at(choice, 'finish_reason'));
    if (this.#choices.has(index) || this.#choices.size < MAX_CHOICES) {
      this.#choices.set(index, reason !== null || this.#choices.get(index) === true);
    }
    if (reason !== null) this.#lastFinished = index;
    if (reason !== null && (index === 0 || findings.finishReason === null)) {
      findings.finishReason = reason;
    }
    if (reason === 'tool_calls' || reason === 'function_call') findings.toolsCalled = true;
    const said = isObject(at(choice, 'delta')) ? at(choice, 'delta') : at(choice, 'message');
    return joined([contentOf([at(choice, 'text')]), saidContent(said), this.#calls(said)]);
  }

  /** The names and arguments of the tool calls in a delta or message. */
  #calls(said: unknown): Content | null {
    const calls = elements(at(said, 'tool_calls'));
    const legacy = at(said, 'function_call');
    if (calls.length > 0 || isObject(legacy)) this.findings.toolsCalled = true;
    const made = calls.map((call) => at(call, 'function') ?? at(call, 'custom') ?? call);
    return joined(
      [...made, legacy].map((call) =>
        call === null
          ? TEXTLESS
          : contentOf([], [at(call, 'name'), at(call, 'arguments'), at(call, 'input')]),
      ),
    );
  }

  #haveAllFinished(): boolean {
    return this.#choices.size > 0 && [...this.#choices.values()].every(Boolean);
  }
}

function indexOf(choice: unknown): number {
  return count(at(choice, 'index')) ?? 0;
}

function saidContent(said: unknown): Content | null {
  const audio = at(said, 'audio');
  return joined([
    contentOf(
      [at(said, 'content'), at(said, 'refusal'), at(audio, 'transcript')],
      [at(said, 'reasoning_content'), at(said, 'reasoning')],
    ),
    ...elements(at(said, 'content')).map(partContent),
    isObject(audio) || elements(at(said, 'reasoning_details')).length > 0 ? TEXTLESS : null,
  ]);
}

/**
 * A part of a message: text, or thoughts as Mistral sends them. A part that is too long to keep is
 * null.
 */
function partContent(part: unknown): Content {
  if (part === null) return { ...TEXTLESS, visible: true };
  const thoughts = elements(at(part, 'thinking')).map((thought) => at(thought, 'text'));
  return contentOf([at(part, 'text')], thoughts) ?? TEXTLESS;
}

/** Moonshot sends its usage inside the choice, Groq next to the choices under its own name. */
function usageIn(value: JsonObject, choices: readonly unknown[]): Usage | null {
  const places = [value, at(value, 'x_groq'), ...choices];
  return places.reduce<Usage | null>(
    (found, place) => found ?? openAiUsage(at(place, 'usage'), false),
    null,
  );
}

/**
 * True for a chunk in which llama-swap reports that a model is loading. It has reasoning text but
 * no model, id or type, and does not count as output.
 */
function isLoadingNote(value: JsonObject): boolean {
  if (['id', 'object', 'model'].some((name) => at(value, name) !== undefined)) return false;
  const [choice] = elements(at(value, 'choices'));
  const isBare = at(choice, 'index') === undefined && at(choice, 'finish_reason') === undefined;
  return isBare && Object.keys(at(choice, 'delta') ?? {}).join() === 'reasoning_content';
}

export const openAiChat: Dialect = createDialect({
  id: 'openai-chat',
  lens: () => OPENAI_LENS,
  fold: (_route, _head, facts) => new OpenAiChatFold(facts.answersPerPrompt),
  error: openAiError,
});
