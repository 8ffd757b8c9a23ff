import { Hono } from 'hono';
import type { PeriodTotals, Snapshot, Tally } from '../../../shared/snapshot.ts';
import { toWire } from '../../../shared/wire.ts';

/** What is now: health, live state, totals. */
export function stateRoutes(snapshot: () => Snapshot): Hono {
  const app = new Hono();
  app.get('/health', (c) => c.json(health(snapshot())));
  app.get('/live', (c) => c.json(live(snapshot())));
  app.get('/usage', (c) => c.json(usage(snapshot())));
  return app;
}

function health({ state }: Snapshot): object {
  const { app, upstreams } = state;
  return {
    status: 'ok',
    version: app.version,
    started_at: app.startedAt,
    uptime_seconds: Math.max(0, Math.round((Date.now() - app.startedAt) / 1_000)),
    paused: app.paused,
    ledger: toWire(state.ledger),
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
    totals: toWire(totals.ever.all),
    models: byModel(totals.ever),
    today: {
      date: totals.today.date,
      totals: toWire(totals.today.all),
      models: byModel(totals.today),
    },
  };
}

function byModel(period: PeriodTotals): Record<string, ReturnType<typeof toWire<Tally>>> {
  // Not from an object literal: a model may be called `__proto__`.
  return Object.fromEntries(
    period.models.map(({ model, ...sums }) => [model, toWire<Tally>(sums)] as const),
  );
}
