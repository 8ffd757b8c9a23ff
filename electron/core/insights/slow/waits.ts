/** Time before the model begins to work on a request. */
import { formatDuration, formatMean } from '../../../../shared/format.ts';
import { adviceFor } from '../advice.ts';
import type { ExchangeFacts, SlowRule } from '../facts.ts';

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
      name: 'Loading the model',
      title: `Waited ${formatDuration(ms)} while the model was loaded.`,
      figure: { value: ms, unit: 'ms' },
      evidence: [{ label: 'Load time', value: ms, unit: 'ms' }],
      advice: adviceFor('keepLoaded', serverKind, { model: record.model }),
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
      name: 'Waiting in the queue',
      title: `Waited ${formatDuration(ms)} in the server's queue.`,
      figure: { value: ms, unit: 'ms' },
      evidence: [
        { label: 'Time in the queue', value: ms, unit: 'ms' },
        ...(others === null
          ? []
          : [
              {
                label: 'Requests at this server, on average',
                value: formatMean(others),
                unit: null,
              },
            ]),
      ],
      advice: adviceFor('moreAtOnce', serverKind),
      saving: { value: ms, unit: 'ms' },
    };
  },
};
