import { both, timeBounds } from './activity-filter.ts';
import type { Condition, Plan } from './activity-filter.ts';
import { numbers } from './columns.ts';
import type { Db, SqlRow } from './database.ts';
import type { ActivityFilter } from './query-schemas.ts';
import type { Column } from './activity-columns.ts';

/** A cursor in the activity page's order: newest completion first, then highest id. */
export interface PageCursor {
  readonly at: number;
  readonly id: number;
}

export interface ScanPart {
  /** The rows of the part that match the filter, newest first, with the requested columns. */
  readonly rows: readonly SqlRow[];
  /** The start of the next part (exclusive); null if there is none. */
  readonly next: PageCursor | null;
}

const ORDER = 'ORDER BY completed_at DESC, id DESC';

export interface IndexScan {
  readonly db: Db;
  readonly plan: Plan;
  readonly filter: ActivityFilter;
  /** Columns to select; `completed_at` and `id` must be among them. */
  readonly columns: readonly Column[];
}

/**
 * Returns the rows after a cursor, in one query. Use it for a bounded plan: the index returns rows
 * in their order, and reading stops at `limit`.
 */
export function scanTo(scan: IndexScan, after: PageCursor | null, limit: number): SqlRow[] {
  const { db, plan, filter, columns } = scan;
  const parts = plan.drivers.map((driver) => {
    const where = both([driver.condition, plan.residual, range(filter, after, null)]);
    return {
      sql: `FROM activity INDEXED BY ${driver.index} WHERE ${where.sql} ${ORDER} LIMIT ${limit}`,
      parameters: where.parameters,
    };
  });
  if (parts.length === 1 && parts[0] !== undefined)
    return db.rows(`SELECT ${numbers(...columns)} ${parts[0].sql}`, parts[0].parameters);
  const together = parts
    .map(({ sql }) => `SELECT * FROM (SELECT ${columns.join(', ')} ${sql})`)
    .join(' UNION ALL ');
  return db.rows(
    `SELECT ${numbers(...columns)} FROM (${together} ${ORDER} LIMIT ${limit}) ${ORDER}`,
    parts.flatMap(({ parameters }) => parameters),
  );
}

/**
 * Scans at most `width` index rows and returns the matching ones, up to `limit`. So a rare filter
 * cannot block the reader thread.
 */
export function scanPart(
  scan: IndexScan,
  after: PageCursor | null,
  width: number,
  limit: number = width,
): ScanPart {
  const { db, plan, filter, columns } = scan;
  const driver = plan.drivers[0];
  if (driver === undefined) return { rows: [], next: null };
  const end = endOfPart(scan, after, width);
  const where = both([driver.condition, range(filter, after, end), plan.residual]);
  const rows = db.rows(
    `SELECT ${numbers(...columns)} FROM activity INDEXED BY ${driver.index} WHERE ${where.sql}
     ${ORDER} LIMIT ${limit}`,
    where.parameters,
  );
  return { rows, next: end };
}

/**
 * Returns the `width`th index row after a cursor, for a plan with one driver; null if fewer are
 * left. Reads only the index.
 */
export function endOfPart(
  { db, plan, filter }: IndexScan,
  after: PageCursor | null,
  width: number,
): PageCursor | null {
  const [driver] = plan.drivers;
  if (driver === undefined) return null;
  const along = both([driver.condition, range(filter, after, null)]);
  const row = db.row(
    `SELECT ${numbers('completed_at', 'id')} FROM activity INDEXED BY ${driver.index}
     WHERE ${along.sql} ${ORDER} LIMIT 1 OFFSET ${width - 1}`,
    along.parameters,
  );
  return row === undefined ? null : { at: Number(row[0]), id: Number(row[1]) };
}

/**
 * Returns the condition for a filter's rows between two cursors. Each side has only one bound on
 * the index: with two, SQLite might use the wider one and scan all rows that the other excludes.
 */
function range(
  filter: ActivityFilter,
  after: PageCursor | null,
  upTo: PageCursor | null,
): Condition {
  const { from, to } = timeBounds(filter);
  const newest: Condition =
    after === null
      ? { sql: 'completed_at < ?', parameters: [to] }
      : {
          sql: 'completed_at <= ? AND (completed_at < ? OR id < ?)',
          parameters: [Math.min(after.at, to - 1), after.at, after.id],
        };
  const oldest: Condition =
    upTo === null
      ? { sql: 'completed_at >= ?', parameters: [from] }
      : {
          sql: 'completed_at >= ? AND (completed_at > ? OR id >= ?)',
          parameters: [Math.max(upTo.at, from), upTo.at, upTo.id],
        };
  return both([oldest, newest]);
}
