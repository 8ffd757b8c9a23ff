import { Hono } from 'hono';
import * as v from 'valibot';
import { toWire } from '../../../shared/wire.ts';
import { TokwattError } from '../errors.ts';
import { activityFilterSchema, activityQuerySchema } from '../ledger/queries.ts';
import type { Recorder } from '../recorder.ts';
import { checked, queryOf } from './problem.ts';

const MAX_LIMIT = 1_000;
const NUMBERS = ['from', 'to', 'limit', 'status_class'];
const BOOLEANS = ['inference'];

const querySchema = v.strictObject({
  ...activityFilterSchema.entries,
  cursor: activityQuerySchema.entries.cursor,
  limit: v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be a whole number'),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(MAX_LIMIT, `must be at most ${MAX_LIMIT}`),
    ),
    100,
  ),
});

/** Finished exchanges, one row each. */
export function activityRoutes(recorder: Recorder): Hono {
  const app = new Hono();
  app.get('/', async (c) => {
    const query = checked(querySchema, queryOf(c, { numbers: NUMBERS, booleans: BOOLEANS }));
    const { rows, next } = await recorder.page(query);
    return c.json({ activity: rows.map((row) => toWire(row)), next_cursor: next });
  });
  app.get('/:id{[0-9]{1,15}}', async (c) => {
    const row = await recorder.byId(Number(c.req.param('id')));
    if (row === null) throw notFound(c.req.param('id'));
    return c.json(toWire(row));
  });
  return app;
}

function notFound(id: string): TokwattError {
  return new TokwattError('not_found', `There is no exchange ${id}; it may have been cleared.`, {
    status: 404,
  });
}
