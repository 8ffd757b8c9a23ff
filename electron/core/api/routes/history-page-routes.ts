import { Hono } from 'hono';
import type { Context } from 'hono';
import { toWire } from '../../../../shared/wire.ts';
import type { Costs } from '../../cost/costs.ts';
import { hourPrices } from '../../cost/hour-prices.ts';
import {
  contextQuerySchema,
  distributionQuerySchema,
  heatmapQuerySchema,
  historyQuerySchema,
} from '../../records/ledger/history-query.ts';
import type { HistoryQuery, PricedHistoryQuery } from '../../records/ledger/history-query.ts';
import type { Recorder } from '../../records/recorder.ts';
import { findJob } from '../../records/totals/jobs.ts';
import type { Job } from '../../records/totals/jobs.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';
import type { AuthPolicy } from '../auth-policy.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import {
  heatmap,
  history,
  historyDistribution,
  speedByContext,
  usual,
} from '../schemas/history-schemas.ts';

const MINUTE_MS = 60_000;
const NUMBERS = ['from', 'to', 'points', 'top', 'days', 'ttft_target_ms'];

export interface HistoryPageOptions {
  readonly costs: Pick<Costs, 'prices'>;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly auth: Pick<AuthPolicy, 'demand'>;
}

/** Routes for the charts of the history page and of a model. */
export function historyPageRoutes(
  recorder: Recorder,
  { costs, settings, auth }: HistoryPageOptions,
): Hono {
  const { ledger } = recorder;
  const app = new Hono();
  const flush = async (): Promise<void> => {
    // A degraded ledger would only delay the reader.
    if (ledger.state.status === 'ok') await ledger.flush();
  };
  app.get('/history', DESCRIBED.history, async (c) => {
    const query = chartsQuery(c, recorder, auth);
    await flush();
    const { currency } = settings.current.cost;
    const timed = { ...query, now: Date.now() };
    const prices = currency === null ? null : hourPrices(costs.prices, currency, timed);
    const data = await ledger.history({ ...timed, prices });
    return c.json(toWire({ ...data, currency }));
  });
  app.get('/history/usual', DESCRIBED.usual, async (c) => {
    await flush();
    return c.json(toWire(await ledger.usual(Date.now())));
  });
  app.get('/history/heatmap', DESCRIBED.heatmap, async (c) => {
    const query = checked(heatmapQuerySchema, queryOf(c, { numbers: NUMBERS }));
    return c.json(toWire(await ledger.heatmap(query)));
  });
  app.get('/history/speed-by-context', DESCRIBED.context, async (c) => {
    const query = checked(contextQuerySchema, queryOf(c, { numbers: NUMBERS }));
    await flush();
    // Whole minutes, so that the same question has the same answer for a while.
    const now = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
    return c.json(toWire(await ledger.speedByContext({ ...query, now })));
  });
  app.get('/history/distribution', DESCRIBED.distribution, async (c) => {
    const query = checked(distributionQuerySchema, queryOf(c, { numbers: NUMBERS }));
    await flush();
    return c.json(toWire(await ledger.distribution(query)));
  });
  return app;
}

function chartsQuery(
  c: Context,
  { stats }: Recorder,
  auth: HistoryPageOptions['auth'],
): Omit<PricedHistoryQuery, 'now' | 'prices'> {
  const { job, ...asked } = checked(historyQuerySchema, queryOf(c, { numbers: NUMBERS }));
  // Most ids of sessions come from the requests themselves.
  if (asked.by === 'session' || asked.session !== undefined) auth.demand(c);
  return job === undefined ? asked : withJob(asked, findJob(stats.jobs, job));
}

/** What a job counted. A filter by two values of one name has no exchanges. */
function withJob(
  asked: Omit<HistoryQuery, 'job'>,
  { filter: { client, ...filter }, runs }: Job,
): Omit<HistoryQuery, 'job'> & Pick<PricedHistoryQuery, 'runs'> {
  const own = { ...filter, application: client };
  const names = (['model', 'upstream', 'application', 'key'] as const).filter(
    (name) => own[name] !== undefined,
  );
  const isNothing = names.some((name) => asked[name] !== undefined && asked[name] !== own[name]);
  const filters = Object.fromEntries(names.map((name) => [name, own[name]]));
  return { ...asked, ...filters, runs: isNothing ? [] : runs };
}

const page = { tag: 'history', problems: [503] } as const;
const DESCRIBED = {
  history: described({
    ...page,
    summary: 'All charts of a range: requests, tokens, speed, time to first token, energy, GPUs',
    description:
      'Each column has one value for each entry of `at`; null is unknown. Buckets in which metering was off have only nulls, and `off` lists these times. `points` is the most buckets; `by` adds a line for each of the `top` names and one for the others. For a comparison, ask for the other range too. `job` counts only what this job counted. Sessions need the token, because their ids come from requests.',
    query: historyQuerySchema,
    answer: history,
    problems: [404, 503],
  }),
  usual: described({
    ...page,
    summary: "Today's use by hour beside the quartiles of the last 14 days",
    description:
      'Only days with a request count, and all days of the week alike. With fewer than `needed_days`, the usual figures are null.',
    answer: usual,
  }),
  heatmap: described({
    ...page,
    summary: 'Use by local day and hour, for at most 400 days',
    query: heatmapQuerySchema,
    answer: heatmap,
  }),
  context: described({
    ...page,
    summary: "A model's speeds against the length of the prompt",
    description:
      'A sample of at most 8,000 exchanges of the last `days`, without estimated speeds.',
    query: contextQuerySchema,
    answer: speedByContext,
  }),
  distribution: described({
    ...page,
    summary: 'Histograms of output speed and time to first token, with the share under a target',
    query: distributionQuerySchema,
    answer: historyDistribution,
  }),
};
