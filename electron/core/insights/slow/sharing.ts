/** Work beside the request. */
import {
  formatDuration,
  formatFactor,
  formatMean,
  formatPercent,
} from '../../../../shared/format.ts';
import { slowdownAgainstAlone, speedEvidence } from '../facts.ts';
import type { ExchangeFacts, SlowRule } from '../facts.ts';
import { adviceFor } from '../advice.ts';

/** A smaller share of the GPU does not slow a model down clearly, percent. */
const MIN_OTHER_PERCENT = 20;
const MIN_SAMPLES = 3;
/** From this mean number on, several were in flight. */
const SEVERAL = 1.8;

/** Source: the GPU's processes with their share of its time, where the source tells both. */
export const OTHER_GPU_WORK: SlowRule = {
  kind: 'other_gpu_work',
  judge: ({ context, slowdown, usual }: ExchangeFacts) => {
    const gpu = context.gpus.find(
      ({ other, samples }) =>
        samples >= MIN_SAMPLES && (other?.utilizationPercent ?? 0) >= MIN_OTHER_PERCENT,
    );
    const other = gpu?.other ?? null;
    if (gpu === undefined || other === null || slowdown === null) return null;
    const { name, utilizationPercent } = other;
    return {
      explainedMs: slowdown.lostMs * Math.min(1, utilizationPercent / 60),
      name: 'Other work on the GPU',
      title: `${name} used ${formatPercent(utilizationPercent)} of ${gpu.name}, and this took ${formatDuration(slowdown.lostMs)} longer than usual.`,
      figure: { value: utilizationPercent, unit: 'percent' },
      evidence: [
        { label: 'Process', value: name, unit: null },
        { label: 'Its share of the GPU', value: utilizationPercent, unit: 'percent' },
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      advice: `Close ${name} while models work, or give it another GPU.`,
      saving: { value: slowdown.lostMs, unit: 'ms' },
    };
  },
};

/** Batching: compared with this model's usual speed alone, because others may be usual here. */
export const SEVERAL_AT_ONCE: SlowRule = {
  kind: 'several_at_once',
  judge: ({ record, context, usual, serverKind }: ExchangeFacts) => {
    const { meanInFlight } = context;
    const cost = slowdownAgainstAlone(record, usual);
    if (cost === null || meanInFlight === null || meanInFlight < SEVERAL) return null;
    const others = meanInFlight - 1;
    return {
      explainedMs: cost.lostMs,
      name: 'Several requests at once',
      title: `Shared the server with ${formatMean(others)} other requests on average, which took ${formatDuration(cost.lostMs)} longer than alone.`,
      figure: { value: cost.factor, unit: 'factor' },
      evidence: [
        { label: 'Others in flight, on average', value: formatMean(others), unit: null },
        { label: 'Generation speed', value: cost.rate, unit: 'tokens_per_second' },
        { label: 'Usual speed alone', value: cost.usualRate, unit: 'tokens_per_second' },
      ],
      advice:
        serverKind === 'ollama'
          ? 'Together they are usually faster than one after the other. If one answer must be fast, set OLLAMA_NUM_PARALLEL=1, so that the others wait.'
          : 'Together they are usually faster than one after the other. If one answer must be fast, let the server run fewer at once.',
      saving: { value: cost.lostMs, unit: 'ms' },
    };
  },
};

/** A context this full, 0 to 1, is near its limit. */
const NEARLY_FULL = 0.9;

/** Source: the context of the loaded model, and the tokens in it at the end. */
export const CONTEXT_NEAR_LIMIT: SlowRule = {
  kind: 'context_near_limit',
  judge: ({ record, context, slowdown, usual, serverKind }: ExchangeFacts) => {
    const limit = context.loadedModel?.contextLength ?? null;
    const { inputTokens, outputTokens } = record.usage;
    if (slowdown === null || limit === null || limit <= 0) return null;
    if (inputTokens === null || outputTokens === null) return null;
    const used = inputTokens + outputTokens;
    if (used / limit < NEARLY_FULL) return null;
    const percent = (used / limit) * 100;
    return {
      explainedMs: slowdown.lostMs * 0.4,
      name: 'A nearly full context',
      title: `The context was ${formatPercent(percent)} full, and this took ${formatDuration(slowdown.lostMs)} longer than usual.`,
      figure: { value: percent, unit: 'percent' },
      evidence: [
        { label: 'Tokens in the context', value: used, unit: 'tokens' },
        { label: 'Context of the model', value: limit, unit: 'tokens' },
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      advice: adviceFor('largerContext', serverKind),
      saving: null,
    };
  },
};

/** What remains if no other rule explains it. */
export const SLOWER_THAN_USUAL: SlowRule = {
  kind: 'slower_than_usual',
  judge: ({ slowdown, usual }: ExchangeFacts) => {
    if (slowdown === null) return null;
    const what = slowdown.phase === 'answer' ? 'The answer' : 'Reading the prompt';
    return {
      // Any other cause is told first.
      explainedMs: 0,
      name: 'No cause seen',
      title: `${what} was ${formatFactor(slowdown.factor)} slower than usual for this model, ${formatDuration(slowdown.lostMs)} in all, and no cause was seen.`,
      figure: { value: slowdown.factor, unit: 'factor' },
      evidence: speedEvidence(slowdown, usual.exchanges),
      advice: null,
      saving: null,
    };
  },
};
