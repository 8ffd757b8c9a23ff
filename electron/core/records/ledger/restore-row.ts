import type { Features } from '../../../../shared/features.ts';
import { SESSION_SOURCES } from '../../../../shared/sessions.ts';
import { APIS, ERROR_KINDS, OPERATIONS } from '../../../../shared/usage.ts';
import type {
  ActivityRecord,
  Client,
  EnergyParts,
  Rates,
  Timing,
  Usage,
} from '../../../../shared/usage.ts';
import { COLUMN } from './activity-columns.ts';
import type { Column } from './activity-columns.ts';
import type { SqlValue } from './database.ts';
import { PROVENANCES, TRUTHS, unpack } from './packed-values.ts';
import { samplingFromText } from './sampling-text.ts';
import { asNumber, asText } from './sql-values.ts';

/** The record of a row of `activity`. The numbers of names must have been replaced by the names. */
export function restore(values: readonly SqlValue[]): ActivityRecord {
  const row = new RowReader(values);
  const error = row.text('error');
  const stream = row.number('stream');
  return {
    id: row.count('id'),
    startedAt: row.moment('started_at'),
    completedAt: row.moment('completed_at'),
    upstream: row.text('upstream') ?? '',
    api: known(APIS, row.text('api'), 'other'),
    operation: known(OPERATIONS, row.text('operation'), 'other'),
    inference: row.truth('inference'),
    method: row.text('method') ?? '',
    endpoint: row.text('endpoint') ?? '',
    model: row.text('model'),
    countedModel: row.text('counted_model'),
    responseModel: row.text('response_model'),
    architecture: row.text('architecture'),
    stream: stream === null ? null : stream === 1,
    status: row.number('status'),
    completed: row.truth('completed'),
    finishReason: row.text('finish_reason'),
    error: error === null ? null : known(ERROR_KINDS, error, 'incomplete'),
    usage: usageOf(row),
    estimateErrors: { input: row.number('input_error'), output: row.number('output_error') },
    rates: ratesOf(row),
    timing: timingOf(row),
    bytesIn: row.count('bytes_in'),
    bytesOut: row.count('bytes_out'),
    contentChunks: row.number('content_chunks'),
    energyJoules: row.number('energy_joules'),
    energyParts: energyPartsOf(row),
    readable: row.truth('readable'),
    refusals: row.text('refusals')?.split('\n') ?? [],
    meterVersion: row.number('meter_version'),
    features: featuresOf(row),
    ...requestOf(row),
    client: clientOf(row),
  };
}

/** Reads a row's columns. The file may be damaged, so every value is checked. */
class RowReader {
  readonly #values: readonly SqlValue[];

  constructor(values: readonly SqlValue[]) {
    this.#values = values;
  }

  number(column: Column): number | null {
    return asNumber(this.#values[COLUMN[column]]);
  }

  /** 0 if there is no number. */
  count(column: Column): number {
    return this.number(column) ?? 0;
  }

  moment(column: Column): number {
    return inTime(this.count(column));
  }

  text(column: Column): string | null {
    return asText(this.#values[COLUMN[column]]);
  }

  truth(column: Column): boolean {
    return this.number(column) === 1;
  }
}

function usageOf(row: RowReader): Usage {
  const packed = row.count('provenance');
  return {
    inputTokens: row.number('input_tokens'),
    cachedInputTokens: row.number('cached_tokens'),
    outputTokens: row.number('output_tokens'),
    reasoningTokens: row.number('reasoning_tokens'),
    provenance: {
      input: unpack(packed, 0, PROVENANCES),
      cachedInput: unpack(packed, 1, PROVENANCES),
      output: unpack(packed, 2, PROVENANCES),
      reasoning: unpack(packed, 3, PROVENANCES),
    },
  };
}

function ratesOf(row: RowReader): Rates {
  const packed = row.count('provenance');
  return {
    promptTokensPerSecond: row.number('prompt_rate'),
    outputTokensPerSecond: row.number('output_rate'),
    provenance: {
      prompt: unpack(packed, 4, PROVENANCES),
      output: unpack(packed, 5, PROVENANCES),
    },
  };
}

function timingOf(row: RowReader): Timing {
  return {
    durationMs: row.count('duration_ms'),
    timeToFirstTokenMs: row.number('ttft_ms'),
    timeToFirstTextMs: row.number('first_text_ms'),
    queueMs: row.number('queue_ms'),
    loadMs: row.number('load_ms'),
    prefillMs: row.number('prefill_ms'),
    decodeMs: row.number('decode_ms'),
    interTokenP50Ms: row.number('gap_p50_ms'),
    interTokenMaxMs: row.number('gap_max_ms'),
  };
}

/** Null for rows of versions without parts. */
function energyPartsOf(row: RowReader): EnergyParts | null {
  const measuredShare = row.number('energy_measured_share');
  if (measuredShare === null || row.number('energy_joules') === null) return null;
  const otherWork = row.number('energy_other_work');
  return {
    netJoules: row.number('energy_net_joules'),
    prefillJoules: row.number('energy_prefill_joules'),
    decodeJoules: row.number('energy_decode_joules'),
    measuredShare,
    hasOtherWork: otherWork === null ? null : otherWork === 1,
  };
}

function featuresOf(row: RowReader): Features {
  const packed = row.count('features');
  return {
    tools: unpack(packed, 0, TRUTHS),
    structuredOutput: unpack(packed, 1, TRUTHS),
    images: unpack(packed, 2, TRUTHS),
    thinking: unpack(packed, 3, TRUTHS),
  };
}

type OfRequest = 'sessionId' | 'sessionSource' | 'sampling';
type OfDrafts = 'draftedTokens' | 'acceptedDraftTokens';

function requestOf(row: RowReader): Pick<ActivityRecord, OfRequest | OfDrafts> {
  const sessionId = row.text('session');
  const source = known(SESSION_SOURCES, row.text('session_source'), 'body');
  return {
    sessionId,
    sessionSource: sessionId === null ? null : source,
    sampling: samplingFromText(row.text('sampling')),
    draftedTokens: row.number('drafted_tokens'),
    acceptedDraftTokens: row.number('accepted_draft_tokens'),
  };
}

function clientOf(row: RowReader): Client {
  return {
    application: row.text('application'),
    address: row.text('address'),
    key: row.text('client_key'),
    process: row.text('client_process'),
    origin: row.text('origin'),
    tag: row.text('tag'),
    claimsHop: row.truth('claims_hop'),
  };
}

/** Largest distance from 1970 that a `Date` can hold, milliseconds. */
export const MAX_MOMENT = 8.64e15;

/** Returns 0 for times that a `Date` cannot hold, because formatting them would throw. */
function inTime(moment: number): number {
  return Math.abs(moment) <= MAX_MOMENT ? moment : 0;
}

/** The file may come from another version, so an unknown word becomes the general one. */
function known<T extends string>(words: readonly T[], word: string | null, otherwise: T): T {
  return words.find((candidate) => candidate === word) ?? otherwise;
}
