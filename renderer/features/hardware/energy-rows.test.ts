import { expect, it } from 'vitest';
import type { CostAnswer } from '../../../shared/cost-report.ts';
import type { DeviceEnergySums, EnergyDays } from '../../../shared/energy-days.ts';
import { energyRows, energySeries, startOfDay } from './energy-rows.ts';

function sums(device: string, attributedJoules: number): DeviceEnergySums {
  const nothing = { idleJoules: 3_600, phantomJoules: null, otherJoules: 7_200, measuredMs: null };
  const money = { cost: [], prices: [], idleCost: [], phantomCost: null, co2Grams: null };
  return { device, attributedJoules, ...nothing, ...money, unpricedJoules: 0 };
}

const DAYS: EnergyDays = {
  ...{ from: 0, to: 1, wallFactor: 2 },
  days: [
    { day: '2026-11-20', ...sums('GPU-0', 36_000) },
    { day: '2026-11-21', ...sums('GPU-0', 72_000) },
    { day: '2026-11-21', ...sums('wall', 0) },
  ],
  together: [
    { day: '2026-11-20', ...sums('all', 36_000) },
    { day: '2026-11-21', ...sums('all', 72_000) },
  ],
  totals: [sums('all', 108_000), sums('GPU-0', 108_000), sums('wall', 0)],
};
const CLOUD = {
  rows: [{ name: '2026-11-21', cloud: { costUsd: 1.5 } }],
  total: { cloud: { costUsd: 1.5 } },
} as unknown as CostAnswer;

it('has the newest day first, the wall beside it, and a sum that the core computed', () => {
  const { rows, sum } = energyRows(DAYS, null, CLOUD);
  expect(
    rows.map(({ day, device, wallJoules, cloudUsd }) => [day, device, wallJoules, cloudUsd]),
  ).toEqual([
    ['2026-11-21', 'all', 7_200, 1.5],
    ['2026-11-20', 'all', null, null],
  ]);
  expect(sum).toMatchObject({ day: null, attributedJoules: 108_000, wallJoules: 7_200 });
});

it('has the rows of one device, and none of a device without energy', () => {
  expect(energyRows(DAYS, 'GPU-0', null).rows).toHaveLength(2);
  expect(energyRows(DAYS, 'GPU-1', null)).toEqual({ rows: [], sum: null });
});

it('stacks the days in watt-hours, the oldest first', () => {
  const words = { attributed: 'a', idle: 'i', other: 'o' };
  const { times, series } = energySeries(energyRows(DAYS, null, null).rows, words);
  expect(times).toEqual([startOfDay('2026-11-20'), startOfDay('2026-11-21')]);
  expect(series.map(({ values }) => values)).toEqual([
    [10, 20],
    [1, 1],
    [2, 2],
  ]);
});

it('takes a day for its first local moment', () => {
  expect(new Date(startOfDay('2026-03-29')).getHours()).toBe(0);
});
