import { expect, it } from 'vitest';
import type { DeviceBooks } from '../hardware/energy/device-books.ts';
import { EnergyMinutes } from './energy-minutes.ts';
import type { DeviceEnergy } from './ledger/device-energy.ts';

const MINUTE = 60_000;
const books = (attributed: number, idle: number, other = 0, device = 'all'): DeviceBooks => ({
  ...{ device, attributed, idle, other, phantom: null, measuredMs: 0 },
});

function setUp(): { minutes: EnergyMinutes; told: Omit<DeviceEnergy, 'sample'>[]; ids: number[] } {
  const told: Omit<DeviceEnergy, 'sample'>[] = [];
  const ids: number[] = [];
  const minutes = new EnergyMinutes((samples) => {
    for (const { sample, ...rest } of samples) {
      ids.push(sample);
      told.push(rest);
    }
  });
  return { minutes, told, ids };
}

const sums = { phantom: null, measuredMs: 0, device: 'all' };

it('appends what was booked in a minute when the next one begins, and the rest at the end', () => {
  const { minutes, told, ids } = setUp();
  minutes.note(10 * MINUTE, [books(0, 5)]);
  minutes.note(10 * MINUTE + 59_000, [books(100, 20, 1)]);
  expect(told).toEqual([]);
  minutes.note(11 * MINUTE, [books(110, 30, 1)]);
  minutes.note(11 * MINUTE + 5_000, [books(150, 30, 1)]);
  minutes.flush();
  expect(told).toEqual([
    { ...sums, minute: 10, attributed: 100, idle: 20, other: 1 },
    { ...sums, minute: 11, attributed: 50, idle: 10, other: 0 },
  ]);
  expect(new Set(ids).size).toBe(2);
});

it('appends nothing without energy, and nothing twice', () => {
  const { minutes, told } = setUp();
  minutes.flush();
  minutes.note(MINUTE, [books(0, 0)]);
  minutes.note(2 * MINUTE, [books(4, 0)]);
  minutes.note(3 * MINUTE, [books(4, 0)]);
  minutes.flush();
  expect(told).toEqual([{ ...sums, minute: 2, attributed: 4, idle: 0, other: 0 }]);
});

it('keeps devices apart, and counts books that began anew from zero', () => {
  const { minutes, told } = setUp();
  const known = { phantom: 3, measuredMs: 60_000 };
  minutes.note(MINUTE, [{ ...books(50, 10, 0, 'a'), ...known }, books(7, 0, 0, 'b')]);
  minutes.note(2 * MINUTE, [{ ...books(20, 12, 0, 'a'), phantom: 5, measuredMs: 90_000 }]);
  minutes.flush();
  expect(told).toEqual([
    { device: 'a', minute: 1, attributed: 50, idle: 10, other: 0, ...known },
    { ...sums, device: 'b', minute: 1, attributed: 7, idle: 0, other: 0 },
    { device: 'a', minute: 2, attributed: 20, idle: 2, other: 0, phantom: 2, measuredMs: 30_000 },
  ]);
});
