import { Hono } from 'hono';
import * as v from 'valibot';
import { sentence } from '../../../../shared/sentences.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { Costs } from '../../cost/costs.ts';
import { TokwattError } from '../../errors.ts';
import type { Insights } from '../../insights/insights.ts';
import type { StoredMessage } from '../../records/ledger/captures.ts';
import { activityFilterSchema, activityQuerySchema } from '../../records/ledger/query-schemas.ts';
import { BACKWARD, isForward } from '../../records/ledger/ranges.ts';
import type { Recorder } from '../../records/recorder.ts';
import { activityRow, usualSpeeds } from '../schemas/activity-schema.ts';
import { exchangeCost } from '../schemas/cost-schemas.ts';
import { insight } from '../schemas/insight-schemas.ts';
import { capture } from '../schemas/ledger-schemas.ts';
import { text } from '../schemas/state-schemas.ts';
import { textOf } from '../readable-text.ts';
import { viewRecord } from '../record-view.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';

const MAX_LIMIT = 1_000;
const NUMBERS = ['from', 'to', 'limit', 'status_class'];
const BOOLEANS = ['inference'];

const querySchema = v.pipe(
  v.strictObject({
    ...activityFilterSchema.entries,
    cursor: activityQuerySchema.entries.cursor,
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LIMIT)), 100),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);

const idSchema = v.object({ id: v.pipe(v.number(), v.integer(), v.minValue(0)) });

/** Routes for finished exchanges, one row each. */
export function activityRoutes(
  recorder: Recorder,
  {
    insights,
    costs,
  }: { insights: Pick<Insights, 'of' | 'usualFor'>; costs: Pick<Costs, 'ofExchange'> },
): Hono {
  const app = new Hono();
  app.get('/', DESCRIBED.page, async (c) => {
    const query = checked(querySchema, queryOf(c, { numbers: NUMBERS, booleans: BOOLEANS }));
    const { rows, next } = await recorder.page(query);
    return c.json({ activity: rows.map(viewRecord), next_cursor: next });
  });
  app.get('/:id{[0-9]{1,15}}', DESCRIBED.one, async (c) => {
    const row = await recorder.byId(Number(c.req.param('id')));
    if (row === null) throw notFound(c.req.param('id'));
    const cost = toWire(costs.ofExchange(row));
    const found = toWire(await insights.of(row));
    const usual = toWire(insights.usualFor(row));
    return c.json({ ...viewRecord(row), cost, insights: found, usual });
  });
  app.get('/:id{[0-9]{1,15}}/capture', DESCRIBED.capture, async (c) => {
    const id = c.req.param('id');
    const found = await recorder.ledger.readCapture(Number(id));
    if (found === null) {
      const message = sentence('no_capture', { id });
      throw new TokwattError('not_found', message, { status: 404 });
    }
    return c.json({
      id: found.id,
      at: found.at,
      request: viewMessage(found.request),
      response: viewMessage(found.response),
    });
  });
  return app;
}

/**
 * Shows a UTF-8 body as text, even if it is cut inside a character, and any other body as base64.
 */
function viewMessage({ headers, body, bodyBytes, truncated }: StoredMessage): object {
  const readable = textOf(body);
  return {
    headers,
    body: readable ?? Buffer.from(body).toString('base64'),
    encoding: readable === null ? 'base64' : 'utf-8',
    body_bytes: bodyBytes,
    truncated,
  };
}

function notFound(id: string): TokwattError {
  return new TokwattError('not_found', sentence('no_exchange', { id }), {
    status: 404,
  });
}

const DESCRIBED = {
  page: described({
    tag: 'activity',
    summary: 'Finished exchanges, newest first',
    description:
      'A page may be shorter than requested although there is a `next_cursor`, because the search time is bounded.',
    query: querySchema,
    answer: v.strictObject({ activity: v.array(activityRow), nextCursor: v.nullable(text) }),
    problems: [503],
  }),
  one: described({
    tag: 'activity',
    summary: 'One exchange',
    params: idSchema,
    answer: v.strictObject({
      ...activityRow.entries,
      cost: exchangeCost,
      insights: v.pipe(
        v.array(insight),
        v.description('Why it was slow, and whether its prompt was cut; empty for most'),
      ),
      usual: v.pipe(
        usualSpeeds,
        v.description('Medians of the latest exchanges of its model with prompts of its size'),
      ),
    }),
    problems: [404, 503],
  }),
  capture: described({
    tag: 'activity',
    summary: 'The redacted capture of an exchange',
    params: idSchema,
    answer: capture,
    problems: [404, 503],
  }),
};
