/** Work beside the request. */
import { formatMean } from '../../../../shared/format.ts';
import { amount, sentence } from '../../../../shared/sentences.ts';
import { slowdownAgainstAlone, speedEvidence } from '../facts.ts';
import type { ExchangeFacts, SlowRule } from '../facts.ts';
import { adviceFor } from '../advice.ts';
import { NO_ADVICE, advised, fact, titled } from '../said.ts';

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
      name: 'name_other_work',
      ...titled(
        sentence('other_gpu_work', {
          process: name,
          share: amount(utilizationPercent, 'percent'),
          gpu: gpu.name,
          time: amount(slowdown.lostMs, 'ms'),
        }),
      ),
      figure: { value: utilizationPercent, unit: 'percent' },
      evidence: [
        fact(sentence('fact_process'), name, null),
        fact(sentence('fact_process_share'), utilizationPercent, 'percent'),
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      ...advised(sentence('advise_close', { process: name })),
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
      name: 'name_several',
      ...titled(
        sentence('several_at_once', {
          others: amount(others, 'mean'),
          time: amount(cost.lostMs, 'ms'),
        }),
      ),
      figure: { value: cost.factor, unit: 'factor' },
      evidence: [
        fact(sentence('fact_others'), formatMean(others), null),
        fact(sentence('fact_generation_speed'), cost.rate, 'tokens_per_second'),
        fact(sentence('fact_usual_alone'), cost.usualRate, 'tokens_per_second'),
      ],
      ...advised(
        serverKind === 'ollama'
          ? sentence('advise_fewer_ollama', { setting: 'OLLAMA_NUM_PARALLEL=1' })
          : sentence('advise_fewer'),
      ),
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
      name: 'name_full_context',
      ...titled(
        sentence('context_near_limit', {
          share: amount(percent, 'percent'),
          time: amount(slowdown.lostMs, 'ms'),
        }),
      ),
      figure: { value: percent, unit: 'percent' },
      evidence: [
        fact(sentence('fact_in_context'), used, 'tokens'),
        fact(sentence('fact_context'), limit, 'tokens'),
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      ...adviceFor('largerContext', serverKind),
      saving: null,
    };
  },
};

/** What remains if no other rule explains it. */
export const SLOWER_THAN_USUAL: SlowRule = {
  kind: 'slower_than_usual',
  judge: ({ slowdown, usual }: ExchangeFacts) => {
    if (slowdown === null) return null;
    const how = {
      factor: amount(slowdown.factor, 'factor'),
      time: amount(slowdown.lostMs, 'ms'),
    };
    return {
      // Any other cause is told first.
      explainedMs: 0,
      name: 'name_unknown',
      ...titled(sentence(slowdown.phase === 'answer' ? 'slower_answer' : 'slower_prompt', how)),
      figure: { value: slowdown.factor, unit: 'factor' },
      evidence: speedEvidence(slowdown, usual.exchanges),
      ...NO_ADVICE,
      saving: null,
    };
  },
};
