/**
 * The columns of both tables and the source of each value, for all databases. The names are those
 * of the API without its groups. NULL means unknown.
 */
import { createHash } from 'node:crypto';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { samplingText } from '../../records/ledger/sampling-text.ts';
import type { RollupRow } from '../../records/ledger/query-schemas.ts';

/** `moment` is Unix milliseconds, `day` is text such as `2026-11-21`. */
export type ColumnType = 'text' | 'integer' | 'real' | 'boolean' | 'moment' | 'day';
export type ColumnValue = string | number | boolean | null;

export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly of: (row: Row) => ColumnValue;
}

/** The latest time that both databases can store: the end of the year 2105. */
const LATEST = Date.UTC(2106, 0, 1) - 1;

function column<Row>(type: ColumnType, name: string, of: (row: Row) => ColumnValue): Column<Row> {
  return { name, type, of: (row) => clean(of(row), type) };
}

/** Makes a value acceptable to all databases. A rejected row would be retried forever. */
function clean(value: ColumnValue, type: ColumnType): ColumnValue {
  // These databases do not accept NUL in text, and lone surrogates cannot be encoded.
  if (typeof value === 'string') return value.replace(/\0|\p{Surrogate}/gu, '\uFFFD');
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return null;
  if (type === 'moment') return Math.trunc(Math.min(Math.max(value, 0), LATEST));
  if (type !== 'integer') return value;
  return Math.trunc(Math.min(Math.max(value, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER));
}

type Exchange = Column<ActivityRecord>;
const exchange = (
  type: ColumnType,
  name: string,
  of: (record: ActivityRecord) => ColumnValue,
): Exchange => column(type, name, of);

/** A finished exchange. The column `instance` precedes these. */
export const EXCHANGE_COLUMNS: readonly Exchange[] = [
  exchange('integer', 'id', (r) => r.id),
  exchange('moment', 'started_at', (r) => r.startedAt),
  exchange('moment', 'completed_at', (r) => r.completedAt),
  exchange('text', 'upstream', (r) => r.upstream),
  exchange('text', 'api', (r) => r.api),
  exchange('text', 'operation', (r) => r.operation),
  exchange('boolean', 'inference', (r) => r.inference),
  exchange('text', 'method', (r) => r.method),
  exchange('text', 'endpoint', (r) => r.endpoint),
  exchange('text', 'model', (r) => r.model),
  exchange('text', 'response_model', (r) => r.responseModel),
  exchange('text', 'architecture', (r) => r.architecture),
  exchange('boolean', 'stream', (r) => r.stream),
  exchange('integer', 'status', (r) => r.status),
  exchange('boolean', 'completed', (r) => r.completed),
  exchange('text', 'finish_reason', (r) => r.finishReason),
  exchange('text', 'error', (r) => r.error),
  exchange('integer', 'input_tokens', (r) => r.usage.inputTokens),
  exchange('integer', 'cached_input_tokens', (r) => r.usage.cachedInputTokens),
  exchange('integer', 'output_tokens', (r) => r.usage.outputTokens),
  exchange('integer', 'reasoning_tokens', (r) => r.usage.reasoningTokens),
  exchange('text', 'input_provenance', (r) => r.usage.provenance.input),
  exchange('text', 'cached_input_provenance', (r) => r.usage.provenance.cachedInput),
  exchange('text', 'output_provenance', (r) => r.usage.provenance.output),
  exchange('text', 'reasoning_provenance', (r) => r.usage.provenance.reasoning),
  exchange('real', 'prompt_tokens_per_second', (r) => r.rates.promptTokensPerSecond),
  exchange('real', 'output_tokens_per_second', (r) => r.rates.outputTokensPerSecond),
  exchange('text', 'prompt_rate_provenance', (r) => r.rates.provenance.prompt),
  exchange('text', 'output_rate_provenance', (r) => r.rates.provenance.output),
  exchange('real', 'duration_ms', (r) => r.timing.durationMs),
  exchange('real', 'time_to_first_token_ms', (r) => r.timing.timeToFirstTokenMs),
  exchange('real', 'queue_ms', (r) => r.timing.queueMs),
  exchange('real', 'load_ms', (r) => r.timing.loadMs),
  exchange('real', 'prefill_ms', (r) => r.timing.prefillMs),
  exchange('real', 'decode_ms', (r) => r.timing.decodeMs),
  exchange('real', 'inter_token_p50_ms', (r) => r.timing.interTokenP50Ms),
  exchange('real', 'inter_token_max_ms', (r) => r.timing.interTokenMaxMs),
  exchange('integer', 'bytes_in', (r) => r.bytesIn),
  exchange('integer', 'bytes_out', (r) => r.bytesOut),
  exchange('integer', 'content_chunks', (r) => r.contentChunks),
  exchange('real', 'energy_joules', (r) => r.energyJoules),
  exchange('boolean', 'readable', (r) => r.readable),
  exchange('boolean', 'tools', (r) => r.features.tools),
  exchange('boolean', 'structured_output', (r) => r.features.structuredOutput),
  exchange('boolean', 'images', (r) => r.features.images),
  exchange('boolean', 'thinking', (r) => r.features.thinking),
  exchange('text', 'application', (r) => r.client.application),
  exchange('text', 'address', (r) => r.client.address),
  exchange('text', 'key', (r) => r.client.key),
  exchange('text', 'origin', (r) => r.client.origin),
  exchange('text', 'tag', (r) => r.client.tag),
  // Later versions add columns at the end, as ALTER TABLE does.
  exchange('text', 'refusals', (r) => (r.refusals.length === 0 ? null : r.refusals.join('; '))),
  exchange('integer', 'meter_version', (r) => r.meterVersion),
  exchange('real', 'time_to_first_text_ms', (r) => r.timing.timeToFirstTextMs),
  exchange('boolean', 'claims_hop', (r) => r.client.claimsHop),
  exchange('text', 'counted_model', (r) => r.countedModel),
  exchange('real', 'input_estimate_error', (r) => r.estimateErrors.input),
  exchange('real', 'output_estimate_error', (r) => r.estimateErrors.output),
  exchange('real', 'energy_net_joules', (r) => r.energyParts?.netJoules ?? null),
  exchange('real', 'energy_prefill_joules', (r) => r.energyParts?.prefillJoules ?? null),
  exchange('real', 'energy_decode_joules', (r) => r.energyParts?.decodeJoules ?? null),
  exchange('real', 'energy_measured_share', (r) => r.energyParts?.measuredShare ?? null),
  exchange('boolean', 'energy_other_work', (r) => r.energyParts?.hasOtherWork ?? null),
  exchange('text', 'session_id', (r) => r.sessionId),
  exchange('text', 'session_source', (r) => r.sessionSource),
  exchange('text', 'sampling', (r) => (r.sampling === null ? null : samplingText(r.sampling))),
  exchange('integer', 'drafted_tokens', (r) => r.draftedTokens),
  exchange('integer', 'accepted_draft_tokens', (r) => r.acceptedDraftTokens),
  exchange('text', 'process', (r) => r.client.process),
];

type Rollup = Column<RollupRow>;
const rollup = (type: ColumnType, name: string, of: (row: RollupRow) => ColumnValue): Rollup =>
  column(type, name, of);

/** The sums of a day for one combination of names. The column `instance` precedes these. */
export const ROLLUP_COLUMNS: readonly Rollup[] = [
  rollup('day', 'day', (r) => r.day),
  rollup('text', 'row_key', rowKey),
  rollup('text', 'model', (r) => r.model),
  rollup('text', 'upstream', (r) => r.upstream),
  rollup('text', 'application', (r) => r.application),
  rollup('text', 'key', (r) => r.key),
  rollup('text', 'operation', (r) => r.operation),
  rollup('integer', 'requests', (r) => r.requests),
  rollup('integer', 'other_requests', (r) => r.otherRequests),
  rollup('integer', 'errors', (r) => r.errors),
  rollup('integer', 'input_tokens', (r) => r.inputTokens),
  rollup('integer', 'cached_input_tokens', (r) => r.cachedInputTokens),
  rollup('integer', 'output_tokens', (r) => r.outputTokens),
  rollup('integer', 'reasoning_tokens', (r) => r.reasoningTokens),
  rollup('integer', 'estimated_tokens', (r) => r.estimatedTokens),
  rollup('integer', 'unmetered_requests', (r) => r.unmeteredRequests),
  rollup('real', 'output_tokens_per_second', (r) => r.outputTokensPerSecond),
  rollup('real', 'energy_joules', (r) => r.energyJoules),
  rollup('real', 'duration_ms', (r) => r.durationMs),
  rollup('integer', 'bytes_in', (r) => r.bytesIn),
  rollup('integer', 'bytes_out', (r) => r.bytesOut),
  rollup('real', 'energy_net_joules', (r) => r.energyNetJoules),
  rollup('real', 'rated_joules', (r) => r.ratedJoules),
  rollup('integer', 'rated_output_tokens', (r) => r.ratedOutputTokens),
  rollup('real', 'rated_net_joules', (r) => r.ratedNetJoules),
  rollup('integer', 'rated_net_output_tokens', (r) => r.ratedNetOutputTokens),
  rollup('real', 'rated_prefill_joules', (r) => r.ratedPrefillJoules),
  rollup('integer', 'rated_prompt_tokens', (r) => r.ratedPromptTokens),
  rollup('real', 'rated_decode_joules', (r) => r.ratedDecodeJoules),
  rollup('integer', 'rated_decode_tokens', (r) => r.ratedDecodeTokens),
];

/**
 * The key of a row within its day. A digest, because a key cannot contain NULL and names may be too
 * long for an index.
 */
function rowKey({ model, upstream, application, key, operation }: RollupRow): string {
  const names = JSON.stringify([model, upstream, application, key, operation]);
  return createHash('sha256').update(names).digest('hex').slice(0, 32);
}
