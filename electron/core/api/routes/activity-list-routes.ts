import { Hono } from 'hono';
import * as v from 'valibot';
import { toWire } from '../../../../shared/wire.ts';
import { positionsQuerySchema } from '../../records/ledger/activity-positions.ts';
import { NAME_KINDS } from '../../records/ledger/query-schemas.ts';
import { BACKWARD, isForward } from '../../records/ledger/ranges.ts';
import { sortedQuerySchema } from '../../records/ledger/sorted-activity.ts';
import type { Recorder } from '../../records/recorder.ts';
import { activityNames, activityPositions, sortedActivity } from '../schemas/activity-schema.ts';
import { viewRecord } from '../record-view.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';

const NUMBERS = ['from', 'to', 'limit', 'status_class', 'step'];
const BOOLEANS = ['inference'];

const positionsSchema = v.pipe(
  v.strictObject({
    ...positionsQuerySchema.entries,
    step: v.optional(positionsQuerySchema.entries.step, 100),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);

const sortedSchema = v.pipe(
  v.strictObject(sortedQuerySchema.entries),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);

/** Routes for lists of finished exchanges: jumps, orders, and the values of filters. */
export function activityListRoutes(recorder: Recorder): Hono {
  const app = new Hono();
  app.get('/positions', DESCRIBED.positions, async (c) => {
    const query = checked(positionsSchema, queryOf(c, { numbers: NUMBERS, booleans: BOOLEANS }));
    return c.json(toWire(await recorder.ledger.positions(query)));
  });
  app.get('/sorted', DESCRIBED.sorted, async (c) => {
    const query = checked(sortedSchema, queryOf(c, { numbers: NUMBERS, booleans: BOOLEANS }));
    const { activity, compared, isComplete } = await recorder.ledger.sorted(query);
    const rows = activity.map(viewRecord);
    return c.json({ activity: rows, compared, is_complete: isComplete });
  });
  app.get('/names', DESCRIBED.names, async (c) => {
    const lists = NAME_KINDS.map(
      async (kind) => [kind, await recorder.ledger.names(kind)] as const,
    );
    return c.json(Object.fromEntries(await Promise.all(lists)));
  });
  return app;
}

const DESCRIBED = {
  positions: described({
    tag: 'activity',
    summary: 'How many rows a filter has, and where every hundredth of them is',
    description:
      'For lists that jump to any row: the page after a cursor begins with the row of that number. The time of one answer is bounded; continue with `next_cursor`.',
    query: positionsSchema,
    answer: activityPositions,
    problems: [503],
  }),
  sorted: described({
    tag: 'activity',
    summary: 'Finished exchanges in the order of a figure',
    description:
      'Compares at most the newest 100,000 exchanges of the filter. Exchanges without the figure are left out.',
    query: sortedSchema,
    answer: sortedActivity,
    problems: [503],
  }),
  names: described({
    tag: 'activity',
    summary: 'The names by which exchanges can be filtered, at most 1,000 of each kind',
    answer: activityNames,
    problems: [503],
  }),
};
