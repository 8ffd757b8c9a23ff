import { APIS, ERROR_KINDS, OPERATIONS } from '../../../../shared/usage.ts';
import type { ActivityRecord, Provenance } from '../../../../shared/usage.ts';
import type { SqlValue } from './database.ts';

/**
 * The columns of `activity`, in the order of a flat row. A flat row is a record as an array of
 * scalars: a fifth of the cost of the record itself when it is posted to another thread.
 */
export const COLUMNS = [
  'id',
  'started_at',
  'completed_at',
  'upstream',
  'api',
  'operation',
  'inference',
  'method',
  'endpoint',
  'model',
  'response_model',
  'architecture',
  'stream',
  'status',
  'status_class',
  'completed',
  'finish_reason',
  'error',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'provenance',
  'prompt_rate',
  'output_rate',
  'duration_ms',
  'ttft_ms',
  'queue_ms',
  'load_ms',
  'prefill_ms',
  'decode_ms',
  'gap_p50_ms',
  'gap_max_ms',
  'bytes_in',
  'bytes_out',
  'content_chunks',
  'energy_joules',
  'readable',
  'features',
  'application',
  'address',
  'client_key',
  'origin',
  'tag',
  'refusals',
  'meter_version',
  'claims_hop',
  'first_text_ms',
  'counted_model',
] as const;

export type Column = (typeof COLUMNS)[number];
export type FlatRow = readonly (number | string | null)[];

/** Where a column stands in a flat row. */
export const COLUMN: Readonly<Record<Column, number>> = Object.fromEntries(
  COLUMNS.map((name, index) => [name, index]),
) as Record<Column, number>;

/** Columns that hold a name's number on disk, with the kind of name. */
export const NAME_COLUMNS: readonly (readonly [Column, string])[] = [
  ['upstream', 'upstream'],
  ['api', 'api'],
  ['operation', 'operation'],
  ['method', 'method'],
  ['endpoint', 'endpoint'],
  ['model', 'model'],
  ['response_model', 'model'],
  ['counted_model', 'model'],
  ['architecture', 'architecture'],
  ['finish_reason', 'finish'],
  ['error', 'error'],
  ['application', 'application'],
  ['address', 'address'],
  ['client_key', 'key'],
  ['origin', 'origin'],
  ['tag', 'tag'],
  // Few rows have one, and damage to a name harms no row.
  ['refusals', 'refusals'],
];

/** The number of no name at all. */
const NO_NAME = 0;

/** The number of the name that a row's sums go by; `values` is a row of `activity`. */
export function countedModelId(values: readonly SqlValue[]): number {
  const counted = asNumber(values[COLUMN.counted_model]);
  return counted ?? asNumber(values[COLUMN.model]) ?? NO_NAME;
}

/** Two bits each; 0 is null. The order is part of the file's form. */
const PROVENANCES: readonly (Provenance | null)[] = [null, 'reported', 'derived', 'estimated'];
const TRUTHS: readonly (boolean | null)[] = [null, false, true];

/** True if two bits of a packed provenance say that the figure is an estimate. */
export function isEstimated(packed: number, place: 'input' | 'output' | 'outputRate'): boolean {
  const shift = { input: 0, output: 4, outputRate: 10 }[place];
  return ((packed >> shift) & 3) === 3;
}

/** 2 for 200 to 299 and so on, 0 without a status. */
function statusClass(status: number | null): number {
  return status === null ? 0 : Math.floor(status / 100);
}

/** A record as a flat row. Runs on the main thread for every exchange: keep it plain. */
export function flatten(record: ActivityRecord): FlatRow {
  const { usage, rates, timing, client, features } = record;
  const from = usage.provenance;
  return [
    record.id,
    record.startedAt,
    record.completedAt,
    record.upstream,
    record.api,
    record.operation,
    bit(record.inference),
    record.method,
    record.endpoint,
    record.model,
    record.responseModel,
    record.architecture,
    record.stream === null ? null : bit(record.stream),
    record.status,
    statusClass(record.status),
    bit(record.completed),
    record.finishReason,
    record.error,
    usage.inputTokens,
    usage.cachedInputTokens,
    usage.outputTokens,
    usage.reasoningTokens,
    pack([from.input, from.cachedInput, from.output, from.reasoning], PROVENANCES) |
      (pack([rates.provenance.prompt, rates.provenance.output], PROVENANCES) << 8),
    rates.promptTokensPerSecond,
    rates.outputTokensPerSecond,
    timing.durationMs,
    timing.timeToFirstTokenMs,
    timing.queueMs,
    timing.loadMs,
    timing.prefillMs,
    timing.decodeMs,
    timing.interTokenP50Ms,
    timing.interTokenMaxMs,
    record.bytesIn,
    record.bytesOut,
    record.contentChunks,
    record.energyJoules,
    bit(record.readable),
    pack([features.tools, features.structuredOutput, features.images, features.thinking], TRUTHS),
    client.application,
    client.address,
    client.key,
    client.origin,
    client.tag,
    record.refusals.length === 0 ? null : record.refusals.join('\n'),
    record.meterVersion,
    bit(client.claimsHop),
    timing.timeToFirstTextMs,
    record.countedModel === record.model ? null : (record.countedModel ?? NO_NAME),
  ];
}

/** The record of a row whose names were already put back. */
export function restore(row: readonly SqlValue[]): ActivityRecord {
  const number = (column: Column): number | null => asNumber(row[COLUMN[column]]);
  const count = (column: Column): number => number(column) ?? 0;
  const moment = (column: Column): number => inTime(count(column));
  const text = (column: Column): string | null => asText(row[COLUMN[column]]);
  const truth = (column: Column): boolean => number(column) === 1;
  const error = text('error');
  const stream = number('stream');
  const packed = count('provenance');
  const flags = count('features');
  return {
    id: count('id'),
    startedAt: moment('started_at'),
    completedAt: moment('completed_at'),
    upstream: text('upstream') ?? '',
    api: known(APIS, text('api'), 'other'),
    operation: known(OPERATIONS, text('operation'), 'other'),
    inference: truth('inference'),
    method: text('method') ?? '',
    endpoint: text('endpoint') ?? '',
    model: text('model'),
    countedModel: text('counted_model'),
    responseModel: text('response_model'),
    architecture: text('architecture'),
    stream: stream === null ? null : stream === 1,
    status: number('status'),
    completed: truth('completed'),
    finishReason: text('finish_reason'),
    error: error === null ? null : known(ERROR_KINDS, error, 'incomplete'),
    usage: {
      inputTokens: number('input_tokens'),
      cachedInputTokens: number('cached_tokens'),
      outputTokens: number('output_tokens'),
      reasoningTokens: number('reasoning_tokens'),
      provenance: {
        input: unpack(packed, 0, PROVENANCES),
        cachedInput: unpack(packed, 1, PROVENANCES),
        output: unpack(packed, 2, PROVENANCES),
        reasoning: unpack(packed, 3, PROVENANCES),
      },
    },
    rates: {
      promptTokensPerSecond: number('prompt_rate'),
      outputTokensPerSecond: number('output_rate'),
      provenance: {
        prompt: unpack(packed, 4, PROVENANCES),
        output: unpack(packed, 5, PROVENANCES),
      },
    },
    timing: {
      durationMs: count('duration_ms'),
      timeToFirstTokenMs: number('ttft_ms'),
      timeToFirstTextMs: number('first_text_ms'),
      queueMs: number('queue_ms'),
      loadMs: number('load_ms'),
      prefillMs: number('prefill_ms'),
      decodeMs: number('decode_ms'),
      interTokenP50Ms: number('gap_p50_ms'),
      interTokenMaxMs: number('gap_max_ms'),
    },
    bytesIn: count('bytes_in'),
    bytesOut: count('bytes_out'),
    contentChunks: number('content_chunks'),
    energyJoules: number('energy_joules'),
    readable: truth('readable'),
    refusals: text('refusals')?.split('\n') ?? [],
    meterVersion: number('meter_version'),
    features: {
      tools: unpack(flags, 0, TRUTHS),
      structuredOutput: unpack(flags, 1, TRUTHS),
      images: unpack(flags, 2, TRUTHS),
      thinking: unpack(flags, 3, TRUTHS),
    },
    client: {
      application: text('application'),
      address: text('address'),
      key: text('client_key'),
      origin: text('origin'),
      tag: text('tag'),
      claimsHop: truth('claims_hop'),
    },
  };
}

/** The farthest moment from 1970 that a `Date` can hold, Unix milliseconds. */
export const MAX_MOMENT = 8.64e15;

/** 0 for what no calendar knows: formatting it would throw. */
function inTime(moment: number): number {
  return Math.abs(moment) <= MAX_MOMENT ? moment : 0;
}

function bit(value: boolean): number {
  return value ? 1 : 0;
}

function pack<T>(values: readonly T[], codes: readonly T[]): number {
  return values.reduce(
    (packed, value, place) => packed | (Math.max(0, codes.indexOf(value)) << (place * 2)),
    0,
  );
}

function unpack<T>(packed: number, place: number, codes: readonly (T | null)[]): T | null {
  return codes[(packed >> (place * 2)) & 3] ?? null;
}

/** A file may come from elsewhere: a word this version does not know becomes the general one. */
function known<T extends string>(words: readonly T[], word: string | null, otherwise: T): T {
  return words.find((candidate) => candidate === word) ?? otherwise;
}

/** Null for what is no number, or none that can be reckoned with: the file may be damaged. */
export function asNumber(value: SqlValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Text as it was selected by `bytes`; a damaged byte shows as U+FFFD. */
export function asText(value: SqlValue | undefined): string | null {
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  }
  return typeof value === 'string' ? value : null;
}

export function asBytes(value: SqlValue | undefined): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}
