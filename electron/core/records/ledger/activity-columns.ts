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
  'input_error',
  'output_error',
  'energy_net_joules',
  'energy_prefill_joules',
  'energy_decode_joules',
  'energy_measured_share',
  'energy_other_work',
  'session',
  'session_source',
  'sampling',
  'drafted_tokens',
  'accepted_draft_tokens',
  'client_process',
] as const;

/** The columns that may be filled in after the row was stored. */
export const ENERGY_COLUMNS = [
  'energy_joules',
  'energy_net_joules',
  'energy_prefill_joules',
  'energy_decode_joules',
  'energy_measured_share',
  'energy_other_work',
] as const;

export type Column = (typeof COLUMNS)[number];
export type FlatRow = readonly (number | string | null)[];

/** The position of each column in a flat row. */
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
  // Stored as a name, because few rows have one, and a damaged name does not damage a row.
  ['refusals', 'refusals'],
  ['session', 'session'],
  ['session_source', 'session source'],
  // Clients send the same parameters again and again.
  ['sampling', 'sampling'],
  ['client_process', 'process'],
];
