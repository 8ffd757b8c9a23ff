import { expect, it } from 'vitest';
import type { DeviceEnergyPoint } from '../records/ledger/device-energy-query.ts';
import { energyDays, wholeDays } from './energy-days.ts';
import { Prices } from './tariff.ts';

const KWH = 3_600_000;
const HOUR = 3_600_000;
const MIDNIGHT = new Date(2026, 10, 21).getTime();

function point(at: number, given: Partial<DeviceEnergyPoint> = {}): DeviceEnergyPoint {
  const nothing = { attributedJoules: 0, idleJoules: 0, phantomJoules: null, otherJoules: 0 };
  return { at, device: 'GPU-0', ...nothing, measuredMs: HOUR, ...given };
}

const ledger = (points: readonly DeviceEnergyPoint[]) => ({
  deviceEnergy: ({ from, to }: { from: number; to: number }) =>
    Promise.resolve(points.filter(({ at }) => at >= from && at < to)),
});

const tariff = (from: number, price: number, currency = 'EUR') => ({
  ...{ from, currency, solar: null, gramsPerKwh: 300, carbonSource: 'settings' },
  tariff: { price, times: null, hourly: null },
});

it('adds up the hours of each local day and device, each hour with its own tariff', async () => {
  const points = [
    point(MIDNIGHT - HOUR, { idleJoules: KWH }),
    point(MIDNIGHT, { attributedJoules: KWH, phantomJoules: 0 }),
    point(MIDNIGHT + 12 * HOUR, { idleJoules: 2 * KWH, phantomJoules: KWH, otherJoules: KWH }),
    point(MIDNIGHT + 12 * HOUR, { device: 'wall', otherJoules: 5 * KWH }),
  ];
  const prices = new Prices([tariff(0, 0.1), tariff(MIDNIGHT + 10 * HOUR, 0.3)], () => null);
  const range = { from: MIDNIGHT + HOUR, to: MIDNIGHT + 2 * HOUR };
  const { days, ...told } = await energyDays({ ledger: ledger(points), prices }, range);
  expect(told).toMatchObject(wholeDays(range));
  expect(days.map(({ day, device }) => [day, device])).toEqual([
    ['2026-11-21', 'GPU-0'],
    ['2026-11-21', 'wall'],
  ]);
  const [gpu] = days;
  expect(gpu).toMatchObject({
    attributedJoules: KWH,
    idleJoules: 2 * KWH,
    phantomJoules: KWH,
    otherJoules: KWH,
    measuredMs: 2 * HOUR,
    unpricedJoules: 0,
  });
  expect(gpu?.cost[0]?.cost).toBeCloseTo(0.1 + 3 * 0.3, 6);
  expect(gpu?.idleCost[0]?.cost).toBeCloseTo(0.6, 6);
  expect(gpu?.phantomCost?.[0]?.cost).toBeCloseTo(0.3, 6);
  expect(gpu?.co2Grams).toBeCloseTo(1_200, 3);
});

it('leaves unknown what is unknown: phantom load, and energy without a price', async () => {
  const points = [point(MIDNIGHT, { idleJoules: KWH, measuredMs: null })];
  const sources = { ledger: ledger(points), prices: new Prices([], () => null) };
  const { days } = await energyDays(sources, { from: MIDNIGHT, to: MIDNIGHT + HOUR });
  expect(days).toMatchObject([
    {
      ...{ phantomJoules: null, phantomCost: null, measuredMs: null },
      ...{ cost: [], idleCost: [], unpricedJoules: KWH, co2Grams: null },
    },
  ]);
});

it('takes whole local days', () => {
  expect(wholeDays({ from: MIDNIGHT, to: MIDNIGHT })).toEqual({
    from: MIDNIGHT,
    to: new Date(2026, 10, 22).getTime(),
  });
  const day = { from: MIDNIGHT, to: new Date(2026, 10, 22).getTime() };
  expect(wholeDays(day)).toEqual(day);
});

it('adds up the GPUs together and each device, without the wall in the sum', async () => {
  const points = [
    point(MIDNIGHT, { attributedJoules: KWH }),
    point(MIDNIGHT, { device: 'GPU-1', otherJoules: KWH }),
    point(MIDNIGHT + 25 * HOUR, { idleJoules: KWH }),
    point(MIDNIGHT, { device: 'wall', otherJoules: 5 * KWH }),
  ];
  const prices = new Prices([tariff(0, 0.1)], () => null);
  const range = { from: MIDNIGHT, to: MIDNIGHT + 26 * HOUR };
  const days = await energyDays({ ledger: ledger(points), prices }, range);
  expect(days.together).toMatchObject([
    { device: 'all', attributedJoules: KWH, otherJoules: KWH, idleJoules: 0 },
    { device: 'all', attributedJoules: 0, otherJoules: 0, idleJoules: KWH },
  ]);
  expect(days.totals).toMatchObject([
    { device: 'all', prices: [{ currency: 'EUR', meanPricePerKwh: expect.closeTo(0.1, 6) }] },
    { device: 'GPU-0', attributedJoules: KWH, idleJoules: KWH },
    { device: 'GPU-1', otherJoules: KWH },
    { device: 'wall', otherJoules: 5 * KWH },
  ]);
  expect(days.wallFactor).toBeCloseTo(2.5, 6);
});
