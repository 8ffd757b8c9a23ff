import { Hono } from 'hono';
import * as v from 'valibot';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import { toWire } from '../../../../shared/wire.ts';
import { bestModels } from '../../models/best-models.ts';
import type { LoadLog } from '../../models/load-log.ts';
import { modelDetail } from '../../models/model-detail.ts';
import type { ModelOverview } from '../../models/overview.ts';
import { modelNameSchema } from '../../models/repository-entry.ts';
import { isLocal } from '../../upstreams/loaded-models/local-model.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import {
  bestModels as bestAnswer,
  modelDetail as detailAnswer,
  modelsOverview,
} from '../schemas/model-schemas.ts';

const RANGE_MS = 30 * 86_400_000;
const time = v.pipe(v.number(), v.integer(), v.minValue(0));
const nameParams = v.object({ name: modelNameSchema });
const rangeQuery = v.pipe(
  v.strictObject({ from: v.exactOptional(time), to: v.exactOptional(time) }),
  v.check(({ from = 0, to = Infinity }) => from < to, 'from: must be before to'),
);

const OVERVIEW = described({
  tag: 'models',
  summary: 'One row for each model ever seen',
  description:
    'Models that were used, are installed, are loaded or are on the list. A server that is slow or down delays nothing: `notes` says which lists are old or missing.',
  answer: modelsOverview,
});

const DETAIL = described({
  tag: 'models',
  summary: 'One model with what its servers tell, its variants, loads and whether it fits',
  description:
    'Loads and swaps are those of `from` to `to` (the last 30 days), by whole hours. `fit` is an estimate of the memory for the whole context.',
  params: nameParams,
  query: rangeQuery,
  answer: detailAnswer,
  problems: [404],
});

const BEST = described({
  tag: 'models',
  summary: 'The best chat models on this machine',
  description:
    'Ranked by median speed over 30 days at local servers, and by output tokens per joule since the first start. Models with fewer than `min_answers` or `min_tokens` measured are left out.',
  answer: bestAnswer,
});

export interface OverviewRoutesOptions {
  readonly overview: ModelOverview;
  readonly loads: LoadLog;
  readonly snapshot: () => Snapshot;
}

/** Routes for the figures of all models, and of one. */
export function overviewRoutes({ overview, loads, snapshot }: OverviewRoutesOptions): Hono {
  const app = new Hono();
  app.get('/overview', OVERVIEW, async (c) => c.json(toWire(await overview.read())));
  app.get('/best', BEST, async (c) => {
    const { models } = await overview.read();
    const { upstreams, totals } = snapshot().state;
    const local = new Set(upstreams.filter(isLocal).map(({ name }) => name));
    const rated = totals.ever.models.map(
      ({ model, ratedOutputTokens }) => [model, ratedOutputTokens ?? 0] as const,
    );
    return c.json(toWire(bestModels(models, local, new Map(rated))));
  });
  app.get('/overview/:name{.+}', DETAIL, async (c) => {
    const { name } = checked(nameParams, { name: c.req.param('name') });
    const given = checked(rangeQuery, queryOf(c, { numbers: ['from', 'to'] }));
    const to = given.to ?? Date.now();
    const range = { from: given.from ?? Math.max(0, to - RANGE_MS), to };
    const parts = { overview, loads, state: () => snapshot().state };
    return c.json(toWire(await modelDetail(parts, name, range)));
  });
  return app;
}
