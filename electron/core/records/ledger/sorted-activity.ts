import * as v from 'valibot';
import { ACTIVITY_SORTS } from '../../../../shared/activity.ts';
import type { ActivitySort, SortedActivity } from '../../../../shared/activity.ts';
import type { Column } from './activity-columns.ts';
import { planActivity } from './activity-filter.ts';
import { activityById } from './activity-page.ts';
import type { Db } from './database.ts';
import { scanPart } from './index-scan.ts';
import type { IndexScan, PageCursor } from './index-scan.ts';
import type { NameReader } from './names.ts';
import { activityFilterSchema } from './query-schemas.ts';

/** Most rows of a filter that are compared, and most that are checked for it. */
const MAX_COMPARED = 100_000;
const MAX_CHECKED = 400_000;
const PART_ROWS = 10_000;

const COLUMN_OF: Readonly<Record<ActivitySort, Column>> = {
  duration: 'duration_ms',
  time_to_first_token: 'ttft_ms',
  input_tokens: 'input_tokens',
  cached_tokens: 'cached_tokens',
  output_tokens: 'output_tokens',
  reasoning_tokens: 'reasoning_tokens',
  prompt_speed: 'prompt_rate',
  output_speed: 'output_rate',
  energy: 'energy_joules',
  queue: 'queue_ms',
  load: 'load_ms',
  prefill: 'prefill_ms',
  decode: 'decode_ms',
};

export const sortedQuerySchema = v.object({
  ...activityFilterSchema.entries,
  by: v.optional(
    v.picklist(ACTIVITY_SORTS, `must be one of: ${ACTIVITY_SORTS.join(', ')}`),
    'duration',
  ),
  direction: v.optional(v.picklist(['ascending', 'descending']), 'descending'),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 200),
});
export type SortedQuery = v.InferOutput<typeof sortedQuerySchema>;

interface Keyed {
  readonly id: number;
  readonly key: number;
}

/**
 * Returns the rows with the greatest or least figure among the newest rows of a filter. No index
 * has the order of figures, because thirteen more would slow down every write, so the number of
 * compared rows is bounded, and the answer says if it was not all of them. `between` lets other
 * queries run.
 */
export async function sortedActivity(
  db: Db,
  names: NameReader,
  query: SortedQuery,
  between: () => Promise<unknown>,
): Promise<SortedActivity> {
  const { keyed, compared, isComplete } = await collect(db, names, query, between);
  const sign = query.direction === 'ascending' ? 1 : -1;
  keyed.sort((a, b) => sign * (a.key - b.key) || b.id - a.id);
  const activity = keyed
    .slice(0, query.limit)
    .map(({ id }) => activityById(db, names, id))
    .filter((row) => row !== null);
  return { activity, compared, isComplete };
}

async function collect(
  db: Db,
  names: NameReader,
  query: SortedQuery,
  between: () => Promise<unknown>,
): Promise<{ keyed: Keyed[]; compared: number; isComplete: boolean }> {
  const plan = planActivity(db, names, query, 'apart');
  const columns = ['completed_at', 'id', COLUMN_OF[query.by]] as const;
  const keyed: Keyed[] = [];
  let compared = 0;
  let checked = 0;
  for (const driver of plan?.drivers ?? []) {
    if (plan === null) break;
    const scan: IndexScan = { db, plan: { ...plan, drivers: [driver] }, filter: query, columns };
    let cursor: PageCursor | null = null;
    do {
      if (compared >= MAX_COMPARED || checked >= MAX_CHECKED) {
        return { keyed, compared, isComplete: false };
      }
      const part = scanPart(scan, cursor, PART_ROWS);
      checked += PART_ROWS;
      compared += part.rows.length;
      for (const [, id, key] of part.rows) {
        if (typeof key === 'number') keyed.push({ id: Number(id), key });
      }
      cursor = part.next;
      await between();
    } while (cursor !== null);
  }
  return { keyed, compared, isComplete: true };
}
