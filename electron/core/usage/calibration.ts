/**
 * Learns from exchanges with reported counts how many tokens a byte of the request, a chunk and a
 * character of the answer make, for each model at each upstream. Estimates for other exchanges use
 * it.
 */
import type { ActivityRecord } from '../../../shared/usage.ts';
import { putNewest } from '../newest-entries.ts';
import { ruleEstimator } from './estimate.ts';
import type { Estimate, EstimateRules, Estimator, OutputBasis } from './estimate.ts';
import { NO_FIT, isUsable, predict, withPair } from './running-fit.ts';
import type { FitState, Prediction } from './running-fit.ts';

/** Clients choose model names, so memory is limited: the models unused for longest are dropped. */
const MAX_MODELS = 100;
/** Shorter answers show too little about tokens per chunk. */
const MIN_CHUNKS = 4;

/** The sizes of an exchange. */
export interface Sizes {
  /** Bytes of the decoded request body. */
  readonly requestBytes: number;
  /** Length of the generated text in UTF-16 units; null if it is unknown. */
  readonly characters: number | null;
}

interface ModelFits {
  readonly input: FitState;
  readonly chunks: FitState;
  readonly characters: FitState;
}

const NO_FITS: ModelFits = { input: NO_FIT, chunks: NO_FIT, characters: NO_FIT };

/** The fits of all models. They are held in memory only. */
export class Calibration {
  /** By upstream and model; the most recently used are last. */
  readonly #fits = new Map<string, ModelFits>();

  /**
   * Learns from a finished exchange. Only counts that the server reported are used, and none of an
   * exchange with a rejected value: what is wrong in one place may be wrong in another.
   */
  learn(record: ActivityRecord, sizes: Sizes): void {
    if (!isLesson(record)) return;
    const { usage, contentChunks, upstream, countedModel } = record;
    const key = keyOf(upstream, countedModel);
    const fits = this.#fits.get(key) ?? NO_FITS;
    const output = usage.provenance.output === 'reported' ? (usage.outputTokens ?? 0) : 0;
    // The size of an image says nothing about its tokens.
    const isInputText = record.features.images !== true;
    const isInputReported = usage.provenance.input === 'reported' && isInputText;
    const input = isInputReported ? (usage.inputTokens ?? 0) : 0;
    const chunks = contentChunks !== null && contentChunks >= MIN_CHUNKS ? contentChunks : 0;
    const learnt = {
      input: withPair(fits.input, sizes.requestBytes, input),
      chunks: withPair(fits.chunks, chunks, output),
      characters: withPair(fits.characters, sizes.characters ?? 0, output),
    };
    putNewest(this.#fits, key, learnt, MAX_MODELS);
  }

  /** Learns from stored rows, oldest first. They hold no length of the text. */
  learnFromRows(records: readonly ActivityRecord[]): void {
    for (const record of records) {
      this.learn(record, { requestBytes: record.bytesIn, characters: null });
    }
  }

  /** The estimator for a model: what was learned, or the rules where that is not enough. */
  estimator(upstream: string, model: string | null, rules: EstimateRules): Estimator {
    const byRule = ruleEstimator(rules);
    const fits = this.#fits.get(keyOf(upstream, model));
    if (fits === undefined) return byRule;
    return {
      input: (bytes) => estimate(fits.input, bytes) ?? byRule.input(bytes),
      output: (basis) => outputEstimate(fits, basis) ?? byRule.output(basis),
    };
  }
}

/** Rerankers count the query once for each document, so their requests are no lesson. */
function isLesson(record: ActivityRecord): boolean {
  const { inference, completed, readable, operation, refusals } = record;
  const isText = operation === 'chat' || operation === 'completion' || operation === 'infill';
  const isPlain = isText || operation === 'embedding';
  return inference && completed && readable && isPlain && refusals.length === 0;
}

function keyOf(upstream: string, model: string | null): string {
  return JSON.stringify([upstream, model]);
}

function estimate(fit: FitState, size: number): Prediction | null {
  const found = size > 0 && isUsable(fit) ? predict(fit, size) : null;
  return found === null ? null : { ...found, tokens: Math.max(1, Math.round(found.tokens)) };
}

/** By chunks or by characters, whichever had the smaller error. */
function outputEstimate(
  fits: ModelFits,
  { contentChunks, characters }: OutputBasis,
): Estimate | null {
  const byChunks = estimate(fits.chunks, contentChunks ?? 0);
  const byCharacters = estimate(fits.characters, characters);
  if (byChunks === null || byCharacters === null) return byChunks ?? byCharacters;
  return (byChunks.error ?? Infinity) <= (byCharacters.error ?? Infinity) ? byChunks : byCharacters;
}
