import { Hono } from 'hono';
import * as v from 'valibot';
import type {
  Footprint,
  FootprintMean,
  FootprintProcess,
  FootprintSample,
} from '../../../../shared/footprint.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { OwnFootprint } from '../../hardware/own-footprint.ts';
import { described } from '../openapi/describe.ts';
import { amount, count, flag, moment, shape } from '../schemas/state-schemas.ts';

const figures = {
  cpuCores: v.pipe(amount, v.description('1 is one core that is busy all the time')),
  memoryBytes: amount,
};
const power = v.pipe(
  v.nullable(amount),
  v.description('An estimate; null if the power of the processor is not measured'),
);
const sample = shape<FootprintSample>()({
  ...{ at: moment, ...figures },
  estimatedPowerW: power,
  isWindowOpen: flag,
});
const footprint = shape<Footprint>()({
  current: v.nullable(sample),
  processes: v.array(
    shape<FootprintProcess>()({
      kind: v.picklist(['core', 'window', 'gpu', 'other']),
      ...figures,
    }),
  ),
  history: v.array(sample),
  means: v.array(
    shape<FootprintMean>()({
      ...{ isWindowOpen: flag, minutes: count, ...figures },
      estimatedPowerW: power,
    }),
  ),
});

/** The route for what Tokwatt itself uses. */
export function footprintRoutes(own: Pick<OwnFootprint, 'state'>): Hono {
  const app = new Hono();
  app.get('/footprint', DESCRIBED, (c) => c.json(toWire(own.state)));
  return app;
}

const DESCRIBED = described({
  tag: 'state',
  summary: 'Processor time, memory and estimated watts of Tokwatt itself',
  description: 'Read every ten seconds; the history has one sample a minute since the start.',
  answer: footprint,
});
