/** Time before the model begins to work on a request. */
import { formatMean } from '../../../../shared/format.ts';
import { amount, sentence } from '../../../../shared/sentences.ts';
import { adviceFor } from '../advice.ts';
import type { ExchangeFacts, SlowRule } from '../facts.ts';
import { fact, titled } from '../said.ts';

/** Shorter waits are not worth a sentence, milliseconds. */
const MIN_WAIT_MS = 2_000;

function longWait(ms: number | null): number | null {
  return ms !== null && Number.isFinite(ms) && ms >= MIN_WAIT_MS ? ms : null;
}

/** Source: the server's own load time (Ollama's `load_duration`, LM Studio's events). */
export const COLD_LOAD: SlowRule = {
  kind: 'cold_load',
  judge: ({ record, serverKind }: ExchangeFacts) => {
    const ms = longWait(record.timing.loadMs);
    if (ms === null) return null;
    return {
      explainedMs: ms,
      name: 'name_cold_load',
      ...titled(sentence('cold_load', { time: amount(ms, 'ms') })),
      figure: { value: ms, unit: 'ms' },
      evidence: [fact(sentence('fact_load_time'), ms, 'ms')],
      ...adviceFor('keepLoaded', serverKind, { model: record.model }),
      saving: { value: ms, unit: 'ms' },
    };
  },
};

/** Source: the server's own queue time, or for Ollama the time in which it evaluated nothing. */
export const QUEUE: SlowRule = {
  kind: 'queue',
  judge: ({ record, serverKind, context }: ExchangeFacts) => {
    const ms = longWait(record.timing.queueMs);
    if (ms === null) return null;
    const others = context.meanInFlight;
    return {
      explainedMs: ms,
      name: 'name_queue',
      ...titled(sentence('queue', { time: amount(ms, 'ms') })),
      figure: { value: ms, unit: 'ms' },
      evidence: [
        fact(sentence('fact_queue_time'), ms, 'ms'),
        ...(others === null ? [] : [fact(sentence('fact_in_flight'), formatMean(others), null)]),
      ],
      ...adviceFor('moreAtOnce', serverKind),
      saving: { value: ms, unit: 'ms' },
    };
  },
};
