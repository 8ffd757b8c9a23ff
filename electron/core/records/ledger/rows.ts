import type { ActivityRecord } from '../../../../shared/usage.ts';
import { COLUMN } from './activity-columns.ts';
import type { FlatRow } from './activity-columns.ts';
import type { SqlValue } from './database.ts';
import { PROVENANCES, TRUTHS, bit, pack } from './packed-values.ts';
import { samplingText } from './sampling-text.ts';
import { asNumber } from './sql-values.ts';

/** The number that stands for no name. */
const NO_NAME = 0;

/** Returns the number of the name under which a row is summed; `values` is a row of `activity`. */
export function countedModelId(values: readonly SqlValue[]): number {
  const counted = asNumber(values[COLUMN.counted_model]);
  return counted ?? asNumber(values[COLUMN.model]) ?? NO_NAME;
}

/** Returns 2 for 200 to 299 and so on; 0 without a status. */
function statusClass(status: number | null): number {
  return status === null ? 0 : Math.floor(status / 100);
}

/**
 * Converts a record to a flat row. Runs on the main thread for every exchange, so it must be fast.
 */
export function flatten(record: ActivityRecord): FlatRow {
  const { usage, rates, timing, client, features } = record;
  const from = usage.provenance;
  const otherWork = record.energyParts?.hasOtherWork;
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
    record.estimateErrors.input,
    record.estimateErrors.output,
    record.energyParts?.netJoules ?? null,
    record.energyParts?.prefillJoules ?? null,
    record.energyParts?.decodeJoules ?? null,
    record.energyParts?.measuredShare ?? null,
    otherWork === undefined || otherWork === null ? null : bit(otherWork),
    record.sessionId,
    record.sessionSource,
    record.sampling === null ? null : samplingText(record.sampling),
    record.draftedTokens,
    record.acceptedDraftTokens,
    client.process,
  ];
}
