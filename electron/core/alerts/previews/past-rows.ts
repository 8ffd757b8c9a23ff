import { amount, sentence } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { PreviewSources } from './past.ts';

/** The most rows that one preview reads. */
export const MAX_ROWS = 100_000;

export interface PastRows {
  /** The rows that ended in the range, the earliest first. */
  readonly batches: AsyncIterable<readonly ActivityRecord[]>;
  /** Where the rows begin that are read, Unix milliseconds: `from`, or later if there are too many. */
  readonly from: number;
  /** Says so if there are too many; else null. */
  readonly note: Sentence | null;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Finds the rows of a range. Of too many, it takes the newest. */
export async function pastRows(
  { ledger }: Pick<PreviewSources, 'ledger'>,
  { from, to }: Range,
  maxRows = MAX_ROWS,
): Promise<PastRows> {
  if (ledger.state.status === 'ok') await ledger.flush();
  const lastBefore = async (moment: number): Promise<ActivityRecord | undefined> =>
    (await ledger.page({ to: moment, limit: 1 })).rows[0];
  // Ids ascend with the end of the exchanges.
  const [before, last] = await Promise.all([lastBefore(from), lastBefore(to)]);
  const end = last?.id ?? 0;
  const begin = Math.max(before?.id ?? 0, end - maxRows);
  const batches = begin >= end ? none() : ledger.recordsAfter(begin, end + 1);
  if (begin === (before?.id ?? 0)) return { batches, from, note: null };
  const [first] = await firstOf(ledger.recordsAfter(begin, end + 1));
  const note = sentence('past_newest', { count: amount(maxRows, 'count') });
  return { batches, from: Math.max(from, first?.completedAt ?? from), note };
}

async function firstOf(
  batches: AsyncIterable<readonly ActivityRecord[]>,
): Promise<readonly ActivityRecord[]> {
  for await (const batch of batches) return batch;
  return [];
}

// oxlint-disable-next-line typescript/require-await -- an iterable without any batch
async function* none(): AsyncGenerator<readonly ActivityRecord[]> {
  yield* [];
}
