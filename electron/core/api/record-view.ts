import type { PublicRecord } from '../../../shared/public-record.ts';
import { toWire } from '../../../shared/wire.ts';

/** A row with its total of tokens, which is null unless both parts are known. */
export function viewRecord(record: PublicRecord): object {
  const { usage } = record;
  const { inputTokens, outputTokens, provenance } = usage;
  const total = inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens;
  const isEstimate = provenance.input === 'estimated' || provenance.output === 'estimated';
  const origin = total === null ? null : isEstimate ? 'estimated' : 'derived';
  return toWire({
    ...record,
    usage: { ...usage, totalTokens: total, provenance: { ...provenance, total: origin } },
  });
}
