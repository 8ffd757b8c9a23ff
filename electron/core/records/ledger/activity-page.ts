import type { ActivityRecord } from '../../../../shared/usage.ts';
import { planActivity } from './activity-filter.ts';
import { numbers } from './columns.ts';
import { COLUMN, COLUMNS } from './activity-columns.ts';
import type { Db, SqlRow } from './database.ts';
import type { NameReader } from './names.ts';
import type { ActivityPage, ActivityQuery } from './query-schemas.ts';
import { scanPart, scanTo } from './index-scan.ts';
import type { IndexScan, PageCursor } from './index-scan.ts';

const DEFAULT_LIMIT = 50;
/** Index rows scanned in the first part. It is small, because most pages are found quickly. */
const PART_ROWS = 500;
const MAX_PART_ROWS = 20_000;
/**
 * After this time, the page ends with the rows found so far; the next page continues from there.
 */
const BUDGET_MS = 150;
const SELECTED = numbers(...COLUMNS);

/**
 * Returns a page of activity, newest first. If filters match many rows each but few together, the
 * page may end early with fewer rows and a `next`, so the time for a page is bounded for any number
 * of rows.
 */
export function activityPage(
  db: Db,
  names: NameReader,
  query: ActivityQuery,
): ActivityPage<ActivityRecord> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const plan = planActivity(db, names, query);
  if (plan === null) return { rows: [], next: null };
  const scan: IndexScan = { db, plan, filter: query, columns: COLUMNS };
  const after = parsePageCursor(query.cursor ?? null);
  if (plan.bounded) return page(names, scanTo(scan, after, limit), limit, { after, to: null });
  let cursor = after;
  const until = performance.now() + BUDGET_MS;
  const found: SqlRow[] = [];
  for (let width = PART_ROWS; ; width = Math.min(width * 4, MAX_PART_ROWS)) {
    const part = scanPart(scan, cursor, width, limit - found.length);
    found.push(...part.rows);
    cursor = part.next;
    if (cursor === null || found.length >= limit || performance.now() > until) break;
  }
  return page(names, found, limit, { after, to: cursor });
}

/** Returns one exchange; null if it has no row. */
export function activityById(db: Db, names: NameReader, id: number): ActivityRecord | null {
  const row = db.row(`SELECT ${SELECTED} FROM activity WHERE id = ?`, [id]);
  return row === undefined ? null : names.record(row);
}

/** Returns rows in the order of their ids, for replay. */
export function recordsAfter(
  db: Db,
  names: NameReader,
  { id, limit }: { readonly id: number; readonly limit: number },
): ActivityRecord[] {
  return db
    .rows(`SELECT ${SELECTED} FROM activity WHERE id > ? ORDER BY id LIMIT ?`, [id, limit])
    .map((row) => names.record(row));
}

function page(
  names: NameReader,
  found: readonly SqlRow[],
  limit: number,
  searched: { readonly after: PageCursor | null; readonly to: PageCursor | null },
): ActivityPage<ActivityRecord> {
  const { after, to } = searched;
  const rows = found.slice(0, limit).map((row) => names.record(row));
  if (found.length < limit) return { rows, next: to === null ? null : formatPageCursor(to) };
  // Rows come in index order. If a row is damaged and differs from the index, continuing from it
  // could go backwards, so the cursor is the last row that lies after the previous one.
  const last = found
    .slice(0, limit)
    .map((row) => ({ at: Number(row[COLUMN.completed_at]), id: Number(row[COLUMN.id]) }))
    .filter((cursor) => after === null || isBehind(cursor, after))
    .at(-1);
  return { rows, next: last === undefined ? null : formatPageCursor(last) };
}

function isBehind(cursor: PageCursor, after: PageCursor): boolean {
  return cursor.at < after.at || (cursor.at === after.at && cursor.id < after.id);
}

export function formatPageCursor({ at, id }: PageCursor): string {
  // Times are whole milliseconds unless damaged. Rounding down never returns a row twice.
  return `${Math.floor(at)}.${id}`;
}

export function parsePageCursor(cursor: string | null): PageCursor | null {
  const [, at, id] = /^(-?\d+)\.(\d+)$/.exec(cursor ?? '') ?? [];
  return at === undefined || id === undefined ? null : { at: Number(at), id: Number(id) };
}
