import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { Ledger } from './ledger.ts';
import { MAX_PAGE } from './query-schemas.ts';
import type { ActivityPage, ActivityQuery } from './query-schemas.ts';

/** A page of any size, read in pages of the size that the ledger allows. */
export async function readPages(
  ledger: Ledger,
  query: ActivityQuery & { readonly limit: number },
): Promise<ActivityPage<ActivityRecord>> {
  const rows: ActivityRecord[] = [];
  let next = query.cursor ?? null;
  do {
    const limit = Math.min(query.limit - rows.length, MAX_PAGE);
    const page = await ledger.page({ ...query, limit, cursor: next });
    rows.push(...page.rows);
    ({ next } = page);
  } while (next !== null && rows.length < query.limit);
  return { rows, next };
}

/** All rows with ids above `after` and below `before`, in ascending order. */
export async function readBetween(
  ledger: Ledger,
  { after, before }: { readonly after: number; readonly before: number },
): Promise<ActivityRecord[]> {
  const records: ActivityRecord[] = [];
  for await (const batch of ledger.recordsAfter(after, before)) records.push(...batch);
  return records;
}
