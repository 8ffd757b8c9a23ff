import { expect, it } from 'vitest';
import type { WallReading } from '../../../../shared/machine.ts';
import { WallEnergy } from './wall-energy.ts';

const reading = (powerW: number | null, counterJoules: number | null = null): WallReading => ({
  ...{ name: 'Desk', powerW, counterJoules },
});

it('integrates the power between readings', () => {
  const wall = new WallEnergy();
  expect(wall.books).toEqual([]);
  for (const [at, watts] of [
    [0, 100],
    [2_000, 200],
    [4_000, 200],
  ] as const) {
    wall.note(reading(watts), at);
  }
  expect(wall.books).toMatchObject([
    { device: 'wall', other: 700, attributed: 0, measuredMs: 4_000 },
  ]);
});

it('takes the counter across a gap, and nothing if there is none', () => {
  const wall = new WallEnergy();
  wall.note(reading(100, 1_000), 0);
  wall.note(reading(null), 2_000);
  wall.note(reading(100, 61_000), 600_000);
  expect(wall.books).toMatchObject([{ other: 60_000, measuredMs: 600_000 }]);
  wall.note(reading(100), 1_200_000);
  expect(wall.books).toMatchObject([{ other: 60_000, measuredMs: 600_000 }]);
});

it('counts nothing for a counter that went back, or for another meter', () => {
  const wall = new WallEnergy();
  wall.note(reading(null, 9_000), 0);
  wall.note(reading(null, 50), 2_000);
  wall.note({ ...reading(null, 99_000), name: 'Rack' }, 4_000);
  expect(wall.books).toEqual([]);
  wall.note(null, 6_000);
  wall.note(reading(null, 99_500), 8_000);
  expect(wall.books).toEqual([]);
});
