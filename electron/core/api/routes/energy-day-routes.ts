import { Hono } from 'hono';
import * as v from 'valibot';
import type { DeviceEnergySums, EnergyDay, EnergyDays } from '../../../../shared/energy-days.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { Costs } from '../../cost/costs.ts';
import { energyDays } from '../../cost/energy-days.ts';
import { BACKWARD, isForward } from '../../records/ledger/ranges.ts';
import type { Recorder } from '../../records/recorder.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import { amount, moment, number, shape, text } from '../schemas/state-schemas.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 400;
const querySchema = v.pipe(
  v.strictObject({
    from: v.pipe(moment, v.minValue(0)),
    to: v.pipe(moment, v.minValue(0), v.description('Unix milliseconds, exclusive')),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
  v.check(
    ({ from, to }) => to - from <= MAX_DAYS * DAY_MS,
    `from: must be at most ${MAX_DAYS} days before to`,
  ),
);
const known = v.nullable(amount);
const cost = v.array(v.strictObject({ currency: text, cost: number }));
const sums = {
  device: v.pipe(text, v.description('`all` for all GPUs together, `wall` for a wall meter')),
  attributedJoules: v.pipe(amount, v.description('To exchanges')),
  idleJoules: v.pipe(amount, v.description('Idle power while no exchange ran')),
  phantomJoules: v.pipe(known, v.description('The part of it that loaded models cost')),
  otherJoules: v.pipe(amount, v.description('Other programs; at the wall, everything')),
  measuredMs: known,
  cost: v.pipe(cost, v.description('What all of it cost')),
  prices: v.pipe(
    v.array(v.strictObject({ currency: text, meanPricePerKwh: number })),
    v.description('The mean tariff of this energy'),
  ),
  idleCost: cost,
  phantomCost: v.nullable(cost),
  unpricedJoules: amount,
  co2Grams: known,
};
const day = shape<EnergyDay>()({ day: text, ...sums });
const answer = shape<EnergyDays>()({
  from: moment,
  to: moment,
  days: v.array(day),
  together: v.pipe(v.array(day), v.description('All GPUs together, as the device `all`')),
  totals: v.pipe(
    v.array(shape<DeviceEnergySums>()(sums)),
    v.description('Each device over all days, and all GPUs together'),
  ),
  wallFactor: v.pipe(known, v.description('Energy at the wall for each joule of the GPUs')),
});

/** The route for the energy of the devices by local day, with its cost. */
export function energyDayRoutes({ ledger }: Recorder, costs: Costs): Hono {
  const app = new Hono();
  app.get('/energy/days', DESCRIBED, async (c) => {
    const range = checked(querySchema, queryOf(c, { numbers: ['from', 'to'] }));
    return c.json(toWire(await energyDays({ ledger, prices: costs.prices }, range)));
  });
  return app;
}

const DESCRIBED = described({
  tag: 'history',
  summary: 'Where the energy of each device went, by local day, and what it cost',
  description:
    'The range is widened to whole local days, at most 400. What the tokens of a day would have cost in a cloud is in `/api/cost?by=day`.',
  query: querySchema,
  answer,
  problems: [503],
});
