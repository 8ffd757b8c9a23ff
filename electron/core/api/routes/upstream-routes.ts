import { Hono } from 'hono';
import * as v from 'valibot';
import { sentence } from '../../../../shared/sentences.ts';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import { efficiencyOf } from '../../../../shared/efficiency.ts';
import type { Efficiency } from '../../../../shared/efficiency.ts';
import type { Tally } from '../../../../shared/tally.ts';
import type { UpstreamState } from '../../../../shared/slices.ts';
import { toWire } from '../../../../shared/wire.ts';
import { TokwattError } from '../../errors.ts';
import { EMPTY_TALLY } from '../../records/totals/tally.ts';
import { DIMENSIONS } from '../../records/totals/period.ts';
import type { Stats } from '../../records/totals/stats.ts';
import { viewCounters } from '../../records/totals/view.ts';
import type { LineView } from '../../records/totals/view.ts';
import {
  efficiency,
  integer,
  lineEntries,
  loadedModel,
  moment,
  shape,
  text,
  upstream,
} from '../schemas/state-schemas.ts';
import { described } from '../openapi/describe.ts';
import { tallyOf } from '../../records/totals/usage-payload.ts';

interface UpstreamTotals extends Tally {
  readonly outputTokensPerSecond: number | null;
  /** Unix milliseconds; null if never. */
  readonly lastUsedAt: number | null;
  readonly efficiency: Efficiency;
}

/** An upstream with its totals since the first start. */
interface UpstreamView extends UpstreamState {
  readonly inFlight: number;
  readonly loadedModels: Snapshot['state']['loadedModels'];
  /** Null if there are too many upstreams for this one to have its own line. */
  readonly totals: UpstreamTotals | null;
}

const upstreamAnswer = shape<UpstreamView>()({
  ...upstream.entries,
  inFlight: integer,
  loadedModels: v.array(loadedModel),
  totals: v.nullable(
    shape<UpstreamTotals>()({ ...lineEntries, lastUsedAt: v.nullable(moment), efficiency }),
  ),
});

/** Routes for the upstreams. */
export function upstreamRoutes(snapshot: () => Snapshot, stats: () => Stats): Hono {
  const app = new Hono();
  const views = (): UpstreamView[] => {
    const { state } = snapshot();
    const lines = viewCounters(stats()).ever.by.upstream;
    return state.upstreams.map((each) => view(each, state, lines));
  };
  app.get(
    '/upstreams',
    described({
      tag: 'state',
      summary: 'All upstreams with their proxy, health, loaded models and totals',
      answer: v.strictObject({ upstreams: v.array(upstreamAnswer) }),
    }),
    (c) => c.json({ upstreams: toWire(views()) }),
  );
  app.get(
    '/upstreams/:name',
    described({
      tag: 'state',
      summary: 'One upstream',
      params: v.object({ name: text }),
      answer: upstreamAnswer,
      problems: [404],
    }),
    (c) => {
      const name = c.req.param('name');
      const found = views().find((each) => each.name === name);
      if (found !== undefined) return c.json(toWire(found));
      const message = sentence('no_upstream_there', { name });
      throw new TokwattError('not_found', message, { status: 404 });
    },
  );
  return app;
}

function view(
  each: UpstreamState,
  { inFlight, loadedModels }: Snapshot['state'],
  lines: readonly LineView[],
): UpstreamView {
  return {
    ...each,
    inFlight: inFlight.filter(({ upstream: name }) => name === each.name).length,
    loadedModels: loadedModels.filter(({ upstream: name }) => name === each.name),
    totals: totalsOf(each.name, lines),
  };
}

function totalsOf(upstream: string, lines: readonly LineView[]): UpstreamTotals | null {
  const line = lines.find(({ name }) => name === upstream);
  if (line === undefined) return lines.length < DIMENSIONS.upstream.limit ? NOTHING : null;
  const { outputTokensPerSecond, lastUsedAt } = line;
  return {
    ...tallyOf(line),
    outputTokensPerSecond,
    lastUsedAt,
    efficiency: efficiencyOf(line),
  };
}

const NOTHING: UpstreamTotals = {
  ...EMPTY_TALLY,
  outputTokensPerSecond: null,
  lastUsedAt: null,
  efficiency: efficiencyOf(EMPTY_TALLY),
};
