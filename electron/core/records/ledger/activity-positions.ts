import * as v from 'valibot';
import type { ActivityPositions } from '../../../../shared/activity.ts';
import { planActivity } from './activity-filter.ts';
import type { Plan } from './activity-filter.ts';
import { formatPageCursor, parsePageCursor } from './activity-page.ts';
import type { Db } from './database.ts';
import { endOfPart, scanPart, scanTo } from './index-scan.ts';
import type { IndexScan, PageCursor } from './index-scan.ts';
import type { NameReader } from './names.ts';
import { activityFilterSchema, activityQuerySchema } from './query-schemas.ts';

/** After this time, an answer ends with the rows counted so far; the next one continues. */
const BUDGET_MS = 50;
/** Index rows of one part of a scan that checks each row. */
const PART_ROWS = 10_000;
const COLUMNS = ['completed_at', 'id'] as const;

export const positionsQuerySchema = v.object({
  ...activityFilterSchema.entries,
  cursor: activityQuerySchema.entries.cursor,
  step: v.pipe(v.number(), v.integer(), v.minValue(20), v.maxValue(1_000)),
});
export type PositionsQuery = v.InferOutput<typeof positionsQuerySchema>;

/** Collects the cursor after every `step` rows. */
class Marks {
  readonly cursors: string[] = [];
  rows = 0;
  readonly #step: number;

  constructor(step: number) {
    this.#step = step;
  }

  add(cursor: PageCursor): void {
    this.rows += 1;
    if (this.rows % this.#step === 0) this.cursors.push(formatPageCursor(cursor));
  }

  /** A whole step of rows, of which only the last was read. */
  addStep(last: PageCursor): void {
    this.rows += this.#step;
    this.cursors.push(formatPageCursor(last));
  }
}

/**
 * Counts the rows of a filter and finds where every `step`th of them is, so that a list can show
 * any part of a million rows with one short read. The time of one answer is bounded.
 */
export function activityPositions(
  db: Db,
  names: NameReader,
  query: PositionsQuery,
): ActivityPositions {
  const { step } = query;
  const marks = new Marks(step);
  const plan = planActivity(db, names, query);
  const next = plan === null ? null : count({ db, plan, filter: query, columns: COLUMNS });
  return { rows: marks.rows, step, cursors: marks.cursors, nextCursor: formatted(next) };

  function count(scan: IndexScan): PageCursor | null {
    const until = performance.now() + BUDGET_MS;
    const advance = advanceOf(scan.plan);
    let cursor = parsePageCursor(query.cursor ?? null);
    do cursor = advance(scan, cursor, { step, marks });
    while (cursor !== null && performance.now() < until);
    return cursor;
  }
}

type Advance = (
  scan: IndexScan,
  after: PageCursor | null,
  to: { readonly step: number; readonly marks: Marks },
) => PageCursor | null;

/** The cheapest way to advance; each returns null at the end. */
function advanceOf(plan: Plan): Advance {
  if (!plan.bounded) return checkEachRow;
  return plan.drivers.length === 1 && plan.residual.sql === '1' ? skipInIndex : readStep;
}

/** Every index row belongs to the filter, so only the last of a step is read. */
function skipInIndex(
  scan: IndexScan,
  after: PageCursor | null,
  { step, marks }: Parameters<Advance>[2],
): PageCursor | null {
  const last = endOfPart(scan, after, step);
  if (last === null) return readStep(scan, after, { step, marks });
  marks.addStep(last);
  return last;
}

function readStep(
  scan: IndexScan,
  after: PageCursor | null,
  { step, marks }: Parameters<Advance>[2],
): PageCursor | null {
  const rows = scanTo(scan, after, step).map(([at, id]) => ({ at: Number(at), id: Number(id) }));
  for (const row of rows) marks.add(row);
  return rows.length < step ? null : (rows.at(-1) ?? null);
}

function checkEachRow(
  scan: IndexScan,
  after: PageCursor | null,
  { marks }: Parameters<Advance>[2],
): PageCursor | null {
  const { rows, next } = scanPart(scan, after, PART_ROWS);
  for (const [at, id] of rows) marks.add({ at: Number(at), id: Number(id) });
  return next;
}

function formatted(cursor: PageCursor | null): string | null {
  return cursor === null ? null : formatPageCursor(cursor);
}
