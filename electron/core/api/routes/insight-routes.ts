import { Hono } from 'hono';
import { dismissalSchema } from '../../../../shared/insights-schema.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { Insights } from '../../insights/insights.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import {
  dismissedInsights,
  insightHistory,
  insights as insightsAnswer,
} from '../schemas/insight-schemas.ts';
import { episodeRangeSchema } from '../../records/ledger/episode-query.ts';

/** Routes for the insights about the present. Those about an exchange are in its row. */
export function insightRoutes(
  insights: Pick<Insights, 'state' | 'dismiss' | 'dismissed' | 'history'>,
): Hono {
  const app = new Hono();
  app.get('/', DESCRIBED.list, (c) => c.json(toWire(insights.state)));
  app.get('/history', DESCRIBED.history, async (c) => {
    const range = checked(episodeRangeSchema, queryOf(c, { numbers: ['from', 'to', 'limit'] }));
    return c.json(toWire(await insights.history.page(range)));
  });
  app.get('/dismissed', DESCRIBED.dismissed, (c) =>
    c.json(toWire({ dismissed: insights.dismissed })),
  );
  app.post('/dismiss', DESCRIBED.dismiss, async (c) => {
    const { kind, subject, until } = checked(dismissalSchema, await bodyOf(c));
    insights.dismiss(kind, subject, until);
    return c.json(toWire(insights.state));
  });
  return app;
}

const DESCRIBED = {
  list: described({
    tag: 'insights',
    summary: 'What models and the machine waste now, with what to do',
    description:
      'Dismissed insights are left out. Why one answer was slow is in `insights` of `/api/activity/{id}`.',
    answer: insightsAnswer,
  }),
  history: described({
    tag: 'insights',
    summary: 'What models and the machine wasted before, the last that was found first',
    description:
      '`to` is null while it lasts, and if it still lasted when Tokwatt ended; then `last_seen_at` is the last moment at which it certainly did.',
    query: episodeRangeSchema,
    answer: insightHistory,
    problems: [503],
  }),
  dismissed: described({
    tag: 'insights',
    summary: 'The insights that are dismissed, the last first',
    answer: dismissedInsights,
  }),
  dismiss: described({
    tag: 'insights',
    summary: 'Hide an insight for an hour or for good',
    description: '`until` is `hour`, `good`, or `none`, which shows it again.',
    body: dismissalSchema,
    answer: insightsAnswer,
    problems: [413],
  }),
};
