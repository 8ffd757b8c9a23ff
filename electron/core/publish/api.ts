import { Hono } from 'hono';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import type { PeriodTotals, Snapshot, Tally } from '../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { toWire } from '../../../shared/wire.ts';
import type { Log } from '../log.ts';
import { hostAllowed } from '../proxy/access.ts';
import type { AccessRules } from '../proxy/access.ts';

/** What the API reads; it computes nothing that another reader would need too. */
export interface ApiSource {
  snapshot(): Snapshot;
  /** Finished exchanges, newest first. */
  activity(limit: number): readonly ActivityRecord[];
}

const limitSchema = v.pipe(
  v.optional(v.string(), '100'),
  v.regex(/^\d{1,6}$/, 'must be a number between 1 and 1000'),
  v.transform(Number),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(1_000, 'must be at most 1000'),
);

/** The control API: JSON in snake_case, a problem body (RFC 9457) for every error. */
export function createApi(source: ApiSource, access: AccessRules, log: Log): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    const refused = refusal(access, c.req.header('host') ?? '', c.req.header('origin'));
    if (refused !== null) return problem(c, 403, 'forbidden', refused);
    await next();
    c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    return undefined;
  });
  app.get('/api/health', (c) => c.json(health(source.snapshot())));
  app.get('/api/live', (c) => c.json(live(source.snapshot())));
  app.get('/api/usage', (c) => c.json(usage(source.snapshot())));
  app.get('/api/activity', (c) => {
    const limit = v.safeParse(limitSchema, c.req.query('limit'));
    if (!limit.success) {
      return problem(c, 400, 'bad_query', `limit: ${limit.issues[0].message}.`);
    }
    return c.json({ activity: source.activity(limit.output).map((row) => toWire(row)) });
  });
  app.notFound((c) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') {
      const message = `There is nothing at ${c.req.path}; see /api/health, /api/usage, /api/live and /api/activity.`;
      return problem(c, 404, 'not_found', message);
    }
    return problem(
      c,
      405,
      'method_not_allowed',
      `${c.req.method} is not understood here; use GET.`,
    );
  });
  app.onError((error, c) => {
    log.error({ error: String(error), path: c.req.path }, 'an API call failed');
    return problem(c, 500, 'internal', 'This call failed inside Tokwatt; its log says why.');
  });
  return app;
}

/** Other sites' pages are kept out: by name (DNS rebinding) and by origin. */
function refusal(access: AccessRules, host: string, origin: string | undefined): string | null {
  if (!hostAllowed(access, host)) {
    return `The Host "${host}" is not one of this machine's names; add it to allowedHosts in settings.json.`;
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return `Pages of ${origin} may not read this API.`;
  }
  return null;
}

function problem(c: Context, status: ContentfulStatusCode, code: string, detail: string): Response {
  c.header('Content-Type', 'application/problem+json');
  return c.body(JSON.stringify({ type: 'about:blank', status, code, title: code, detail }), status);
}

function health({ state }: Snapshot): object {
  const { app, upstreams } = state;
  return {
    status: 'ok',
    version: app.version,
    started_at: app.startedAt,
    uptime_seconds: uptime(app.startedAt),
    paused: app.paused,
    upstreams: upstreams.map((upstream) => toWire(upstream)),
    discovered: state.discovered,
    warnings: state.warnings.map((warning) => warning.message),
  };
}

function live({ seq, state }: Snapshot): object {
  const { throughput, inFlight, loadedModels, gpu, totals } = state;
  return toWire({ seq, throughput, inFlight, loadedModels, gpu, today: totals.today });
}

function usage({ state }: Snapshot): object {
  const { app, totals } = state;
  return {
    version: app.version,
    time: new Date().toISOString(),
    since: totals.ever.since,
    totals: tally(totals.ever.all),
    models: byModel(totals.ever),
    today: {
      date: totals.today.date,
      totals: tally(totals.today.all),
      models: byModel(totals.today),
    },
  };
}

function byModel(period: PeriodTotals): object {
  return Object.fromEntries(
    period.models.map(({ model, ...rest }) => [model, tally(rest)] as const),
  );
}

function tally(sums: Tally): object {
  return toWire(sums);
}

function uptime(startedAt: number): number {
  return Math.max(0, Math.round((Date.now() - startedAt) / 1_000));
}
