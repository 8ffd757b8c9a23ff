import { Hono } from 'hono';
import * as v from 'valibot';
import { energySums } from '../../../../shared/energy-sums.ts';
import { toWire } from '../../../../shared/wire.ts';
import { ENERGY_SPANS, deviceEnergyQuerySchema } from '../../records/ledger/device-energy-query.ts';
import type { DeviceEnergyPoint } from '../../records/ledger/device-energy-query.ts';
import type { SeriesPoint } from '../../records/ledger/query-schemas.ts';
import type { Recorder } from '../../records/recorder.ts';
import {
  amount,
  count,
  efficiency,
  energySumEntries,
  integer,
  moment,
  shape,
  text,
} from '../schemas/state-schemas.ts';
import { WALL_DEVICE } from '../../hardware/wall/wall-energy.ts';
import { wallEnergy } from '../../records/wall-sums.ts';
import type { WallSums } from '../../records/wall-sums.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';

const known = v.nullable(amount);

const devicePoint = shape<DeviceEnergyPoint>()({
  at: moment,
  device: v.pipe(text, v.description('`all` for all devices together')),
  attributedJoules: v.pipe(amount, v.description('To exchanges')),
  idleJoules: v.pipe(amount, v.description('Idle power while no exchange ran')),
  phantomJoules: v.pipe(
    known,
    v.description('Loaded models while no exchange ran; null if not known apart from idle power'),
  ),
  otherJoules: v.pipe(amount, v.description('Above that while no exchange ran')),
  measuredMs: known,
});
const exchangePoint = v.strictObject({
  at: moment,
  requests: count,
  inputTokens: amount,
  cachedInputTokens: amount,
  outputTokens: amount,
  energyJoules: known,
  ...energySumEntries,
  efficiency,
});

const wallSums = v.pipe(
  shape<WallSums>()({
    joules: v.pipe(amount, v.description('Energy at the wall')),
    gpuJoules: v.pipe(amount, v.description('Energy of the GPUs in the same buckets')),
    factor: v.pipe(known, v.description('Energy at the wall for each joule of the GPUs')),
    points: v.array(v.strictObject({ at: moment, joules: amount, measuredMs: known })),
  }),
  v.description('What a wall meter measured; null without one'),
);

/** The route for the energy of the devices, with the sums of the exchanges beside it. */
export function energyRoutes({ ledger }: Recorder): Hono {
  const app = new Hono();
  app.get('/energy', DESCRIBED, async (c) => {
    const given = queryOf(c, { numbers: ['from', 'to'] });
    const query = checked(deviceEnergyQuerySchema, given);
    const bucketMs = ENERGY_SPANS[query.span] * 60_000;
    const { from, to } = query;
    const [devices, { hourlyBefore, points }] = await Promise.all([
      ledger.deviceEnergy(query),
      ledger.series({ from: Math.floor(from / bucketMs) * bucketMs, to, bucketMs }),
    ]);
    const hour = ENERGY_SPANS.hour * 60_000;
    const hourly = Math.floor(hourlyBefore / hour) * hour;
    const exchanges = points.map(sumsOf);
    const wall = wallEnergy(devices);
    const gpus = devices.filter(({ device }) => device !== WALL_DEVICE);
    return c.json(toWire({ bucketMs, hourlyBefore: hourly, devices: gpus, wall, exchanges }));
  });
  return app;
}

function sumsOf(point: SeriesPoint): object {
  return {
    at: point.at,
    requests: point.requests,
    inputTokens: point.inputTokens,
    cachedInputTokens: point.cachedInputTokens,
    outputTokens: point.outputTokens,
    energyJoules: point.energyJoules,
    ...energySums((name) => point[name]),
    efficiency: point.efficiency,
  };
}

const DESCRIBED = described({
  tag: 'history',
  problems: [503],
  summary: 'Where the energy of the devices went, and the sums of the exchanges',
  description:
    'By minute or hour in UTC; buckets without energy are left out. Energy is booked some seconds after it was used.',
  query: deviceEnergyQuerySchema,
  answer: v.strictObject({
    bucketMs: integer,
    hourlyBefore: v.pipe(moment, v.description('Earlier buckets are an hour wide')),
    devices: v.array(devicePoint),
    wall: v.nullable(wallSums),
    exchanges: v.array(exchangePoint),
  }),
});
