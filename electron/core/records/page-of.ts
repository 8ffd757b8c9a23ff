import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { ActivityPage, ActivityQuery } from './ledger/query-schemas.ts';
import { readPages } from './ledger/read-rows.ts';
import type { Recent } from './recent-records.ts';

/**
 * Returns a page of activity, including rows that are not stored yet. Without a readable ledger, returns the newest
 * records in memory if the query has no other conditions.
 */
export async function pageOf(
  query: ActivityQuery & { limit: number },
  ledger: Ledger,
  recent: Recent,
): Promise<ActivityPage<ActivityRecord>> {
  try {
    // A degraded ledger would only delay the reader.
    if (ledger.state.status === 'ok') await ledger.flush();
    return await readPages(ledger, query);
  } catch (error) {
    const { limit, ...others } = query;
    if (Object.keys(others).length > 0) throw error;
    return { rows: recent.newest(limit), next: null };
  }
}
