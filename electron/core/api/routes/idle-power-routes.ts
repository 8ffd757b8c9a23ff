import { Hono } from 'hono';
import * as v from 'valibot';
import type { IdlePower, IdlePowers } from '../../../../shared/gpu-history.ts';
import { toWire } from '../../../../shared/wire.ts';
import { described } from '../openapi/describe.ts';
import { amount, shape, text } from '../schemas/state-schemas.ts';

const known = v.nullable(amount);
const idlePowers = shape<IdlePowers>()({
  devices: v.array(
    shape<IdlePower>()({
      device: v.pipe(text, v.description("The GPU's id, or its maker and index")),
      idleWatts: v.pipe(known, v.description('Null until enough idle time was seen')),
      emptyWatts: v.pipe(known, v.description('Without a loaded model')),
      loadedWatts: v.pipe(known, v.description('With a loaded model that waits')),
      phantomWatts: v.pipe(
        known,
        v.description('Of a loaded model that waits; null until both states were seen'),
      ),
    }),
  ),
});

/** The route for the idle power that the energy meter has learnt. */
export function idlePowerRoutes(energy: { readonly baselines: readonly IdlePower[] }): Hono {
  const app = new Hono();
  app.get('/energy/idle', DESCRIBED, (c) => c.json(toWire({ devices: energy.baselines })));
  return app;
}

const DESCRIBED = described({
  tag: 'state',
  summary: 'Power of each GPU while no exchange runs, and what a loaded model adds to it',
  answer: idlePowers,
});
