import { Hono } from 'hono';
import * as v from 'valibot';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { Tally } from '../../../../shared/tally.ts';
import type { PeriodTotals } from '../../../../shared/slices.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { Stats } from '../../records/totals/stats.ts';
import { viewCounters } from '../../records/totals/view.ts';
import {
  integer,
  modelSums,
  moment,
  number,
  shape,
  tally,
  text,
  timestamp,
} from '../schemas/state-schemas.ts';
import { described } from '../openapi/describe.ts';
import { gpuFacts, machineFacts, usagePayload } from '../../records/totals/usage-payload.ts';
import type { SystemFacts } from '../../records/totals/usage-payload.ts';

const requestsByName = v.record(text, integer);
const usageAnswer = v.strictObject({
  version: text,
  time: timestamp,
  system: shape<SystemFacts>()({
    os: v.pipe(text, v.description('Go’s name, such as linux, darwin or windows')),
    arch: v.pipe(text, v.description('Go’s name, such as amd64 or arm64')),
    cpuCores: integer,
    ramBytes: integer,
    gpus: v.array(v.strictObject({ name: text, vramBytes: v.nullable(number) })),
  }),
  totals: tally,
  endpoints: requestsByName,
  architectures: requestsByName,
  apis: requestsByName,
  features: v.strictObject({
    toolCalls: integer,
    structuredOutput: integer,
    images: integer,
    thinking: integer,
  }),
  models: v.record(text, modelSums),
  since: moment,
  today: v.strictObject({
    date: v.pipe(text, v.isoDate()),
    totals: tally,
    models: v.record(text, modelSums),
  }),
});

/** Totals since the first start in the form of Ollama's own usage statistics, and those of today. */
export function usageRoutes(snapshot: () => Snapshot, stats: () => Stats): Hono {
  const app = new Hono();
  let machine: ReturnType<typeof machineFacts> | null = null;
  app.get(
    '/usage',
    described({
      tag: 'state',
      summary: 'Totals since the first start and of today',
      description:
        'The payload of Ollama’s own usage statistics, with `models`, `since` and `today` added. `endpoints` and `apis` count requests.',
      answer: usageAnswer,
    }),
    (c) => {
      const { app: about, gpu, totals } = snapshot().state;
      machine ??= machineFacts();
      const payload = usagePayload(viewCounters(stats()).ever, {
        version: about.version,
        time: Date.now(),
        system: { ...machine, gpus: gpuFacts(gpu) },
      });
      return c.json({
        ...payload,
        models: byModel(totals.ever),
        since: totals.ever.since,
        today: {
          date: totals.today.date,
          totals: toWire(totals.today.all),
          models: byModel(totals.today),
        },
      });
    },
  );
  return app;
}

function byModel(period: PeriodTotals): Record<string, ReturnType<typeof toWire<Tally>>> {
  // `Object.fromEntries` is safe for a model with the name `__proto__`.
  return Object.fromEntries(
    period.models.map(({ model, ...sums }) => [model, toWire<Tally>(sums)] as const),
  );
}
