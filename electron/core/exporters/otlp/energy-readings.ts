import type { State } from '../../../../shared/snapshot.ts';
import type { DeviceBooks } from '../../hardware/energy/device-books.ts';
import { budgetFigures, deviceUses, joulesOfKwh, wallJoules } from '../energy-figures.ts';
import type { Reading, ReadingPoint } from './reading.ts';

interface EnergyReading extends Reading {
  readonly points: readonly ReadingPoint[];
}

/**
 * The energy of the devices since the start of this run, what today's energy costs, and the budgets. A
 * metric of which nothing is known has no points.
 */
export function energyReadings(
  books: readonly DeviceBooks[],
  { cost, budgets }: State,
): EnergyReading[] {
  return [...deviceReadings(books), ...costReadings(cost), ...budgetReadings(budgets)];
}

function deviceReadings(books: readonly DeviceBooks[]): EnergyReading[] {
  return [
    {
      ...{ name: 'tokwatt.device.energy', unit: 'J', kind: 'counter' },
      description: 'Energy of each GPU: attributed to exchanges, idle, or for other programs.',
      points: deviceUses(books).map(({ device, use, joules }) => ({
        attributes: { 'hw.id': device, 'hw.type': 'gpu', 'tokwatt.energy.use': use },
        value: joules,
      })),
    },
    {
      ...{ name: 'tokwatt.wall.energy', unit: 'J', kind: 'counter' },
      description: 'Energy at the wall, which contains that of the GPUs.',
      points: known(wallJoules(books)),
    },
  ];
}

function costReadings(cost: State['cost']): EnergyReading[] {
  const currency = { 'tokwatt.currency': cost?.currency ?? '' };
  return [
    {
      ...{ name: 'tokwatt.today.cost', unit: '{currency}', kind: 'gauge' },
      description: 'What the energy of the exchanges of this local day costs so far.',
      points: known(cost?.cost ?? null, currency),
    },
    {
      ...{ name: 'tokwatt.today.energy', unit: 'J', kind: 'gauge' },
      description: 'The energy of that cost.',
      points: known(joulesOfKwh(cost?.kwh ?? null)),
    },
    {
      ...{ name: 'tokwatt.today.co2', unit: 'g', kind: 'gauge' },
      description: 'The carbon dioxide of that energy.',
      points: known(cost?.co2Grams ?? null),
    },
  ];
}

function budgetReadings(budgets: State['budgets']): EnergyReading[] {
  const figures = budgetFigures(budgets);
  const points = (name: 'used' | 'limit' | 'share'): ReadingPoint[] =>
    figures.flatMap((each) =>
      known(each[name], {
        'tokwatt.budget.name': each.budget,
        ...(name === 'share' ? {} : { 'tokwatt.budget.unit': each.unit }),
      }),
    );
  const metric = { unit: '1', kind: 'gauge' } as const;
  return [
    {
      ...{ ...metric, name: 'tokwatt.budget.used', points: points('used') },
      description: 'What is used of a budget, in tokens, joules or a currency.',
    },
    {
      ...{ ...metric, name: 'tokwatt.budget.limit', points: points('limit') },
      description: 'The amount of a budget.',
    },
    {
      ...{ ...metric, name: 'tokwatt.budget.utilization', points: points('share') },
      description: 'Used by amount; 1 is all of it.',
    },
  ];
}

function known(value: number | null, attributes: ReadingPoint['attributes'] = {}): ReadingPoint[] {
  return value === null ? [] : [{ value, attributes }];
}
