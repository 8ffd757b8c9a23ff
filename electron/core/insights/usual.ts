/** The usual figures of a model, learnt from its latest finished exchanges. */
import type { ActivityRecord } from '../../../shared/usage.ts';
import { putNewest } from '../newest-entries.ts';

/** Exchanges remembered for each upstream, model and class of prompt sizes. */
const REMEMBERED = 50;
/** Fewer exchanges do not show what is usual. */
const ENOUGH = 8;
/** Clients choose model names, so memory is limited: what was unused for longest is dropped. */
const MAX_CLASSES = 300;
const MAX_CLIENTS = 300;
/** Answers with fewer tokens show too little about speed. */
export const MIN_OUTPUT_TOKENS = 32;
/** The same for prompts. */
export const MIN_PROMPT_TOKENS = 256;
/** Up to this mean number of exchanges in flight, one counts as alone. */
export const ALONE = 1.2;
/** Upper ends of the classes of prompt sizes, tokens. Speed falls with the length of the prompt. */
const CLASS_ENDS = [1_024, 4_096, 16_384, 65_536];

/** Medians; null with fewer than {@link ENOUGH} exchanges. */
export interface UsualFigures {
  readonly outputTokensPerSecond: number | null;
  readonly promptTokensPerSecond: number | null;
  /** The generation speed of those that were alone at their server. */
  readonly aloneOutputTokensPerSecond: number | null;
  /** The size of the prompt before this one, of the same client and model; null if unknown. */
  readonly previousInputTokens: number | null;
  /** Exchanges that the generation speed rests on. */
  readonly exchanges: number;
}

export const NO_USUAL: UsualFigures = {
  outputTokensPerSecond: null,
  promptTokensPerSecond: null,
  aloneOutputTokensPerSecond: null,
  previousInputTokens: null,
  exchanges: 0,
};

interface Sizes {
  readonly output: readonly number[];
  readonly prompt: readonly number[];
  readonly alone: readonly number[];
}

const NOTHING: Sizes = { output: [], prompt: [], alone: [] };

/** The usual figures of all models. Held in memory only; learnt anew from the latest rows. */
export class Usual {
  readonly #classes = new Map<string, Sizes>();
  readonly #prompts = new Map<string, number>();

  /** The figures before this exchange, which must not be learnt from yet. */
  of(record: ActivityRecord): UsualFigures {
    const { output, prompt, alone } = this.#classes.get(classKey(record)) ?? NOTHING;
    return {
      outputTokensPerSecond: enough(output),
      promptTokensPerSecond: enough(prompt),
      aloneOutputTokensPerSecond: enough(alone),
      previousInputTokens: this.#prompts.get(clientKey(record)) ?? null,
      exchanges: output.length,
    };
  }

  /** @param meanInFlight exchanges in flight at its server during it; null if unknown */
  learn(record: ActivityRecord, meanInFlight: number | null): void {
    if (!record.inference || record.error !== null || !record.completed) return;
    const known = this.#classes.get(classKey(record)) ?? NOTHING;
    const output = measuredOutputRate(record);
    const isAlone = meanInFlight !== null && meanInFlight <= ALONE;
    const next = {
      output: withValue(known.output, output),
      prompt: withValue(known.prompt, measuredPromptRate(record)),
      alone: withValue(known.alone, isAlone ? output : null),
    };
    putNewest(this.#classes, classKey(record), next, MAX_CLASSES);
    const { inputTokens } = record.usage;
    if (inputTokens !== null) {
      putNewest(this.#prompts, clientKey(record), inputTokens, MAX_CLIENTS);
    }
  }

  /** Learns from stored rows, oldest first. How many were in flight follows from their times. */
  learnFromRows(records: readonly ActivityRecord[]): void {
    for (const record of records) {
      const others = records.filter((other) => other !== record && overlaps(record, other));
      this.learn(record, others.length === 0 ? 1 : 2);
    }
  }
}

function overlaps(one: ActivityRecord, other: ActivityRecord): boolean {
  if (one.upstream !== other.upstream || !other.inference) return false;
  return other.startedAt < one.completedAt && other.completedAt > one.startedAt;
}

/** The generation speed; null if it is an estimate or rests on few tokens. */
export function measuredOutputRate({ usage, rates }: ActivityRecord): number | null {
  if ((usage.outputTokens ?? 0) < MIN_OUTPUT_TOKENS) return null;
  return rates.provenance.output === 'estimated' ? null : positive(rates.outputTokensPerSecond);
}

/** The prompt speed; null if it is an estimate, which includes waits, or rests on few tokens. */
export function measuredPromptRate(record: ActivityRecord): number | null {
  if ((evaluatedTokens(record) ?? 0) < MIN_PROMPT_TOKENS) return null;
  const { promptTokensPerSecond, provenance } = record.rates;
  return provenance.prompt === 'estimated' ? null : positive(promptTokensPerSecond);
}

/** The tokens of the prompt that did not come from a cache; null if unknown. */
export function evaluatedTokens({ usage }: ActivityRecord): number | null {
  if (usage.inputTokens === null) return null;
  return Math.max(0, usage.inputTokens - (usage.cachedInputTokens ?? 0));
}

/** The middle value; null for none. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

function enough(values: readonly number[]): number | null {
  return values.length < ENOUGH ? null : median(values);
}

function positive(value: number | null): number | null {
  return value !== null && Number.isFinite(value) && value > 0 ? value : null;
}

function withValue(values: readonly number[], value: number | null): readonly number[] {
  return value === null ? values : [...values, value].slice(-REMEMBERED);
}

function classKey({ upstream, countedModel, usage }: ActivityRecord): string {
  const input = usage.inputTokens;
  const size = input === null ? null : CLASS_ENDS.findIndex((end) => input < end);
  return JSON.stringify([upstream, countedModel, size]);
}

function clientKey({ upstream, countedModel, client }: ActivityRecord): string {
  return JSON.stringify([upstream, countedModel, client.application, client.key, client.address]);
}
