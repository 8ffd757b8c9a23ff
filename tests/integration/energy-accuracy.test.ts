import { describe, expect, it } from 'vitest';
import { LOADS, SENSORS, compare } from '../../bench/energy-cases.mjs';
import type { Errors } from '../../bench/energy-cases.mjs';
import { EnergyMeter } from '../../electron/core/hardware/energy/energy-meter.ts';

const ALL = Object.values(LOADS);
const IN_TURN = [LOADS['4 in turn']!];
const SEVERAL = [LOADS['4']!, LOADS['16']!, LOADS['32']!];

function errorsOf(sensor: string, loads = ALL, seeds = [1]): Errors {
  return compare({
    sensor: SENSORS[sensor]!,
    loads,
    seeds,
    meter: () => new EnergyMeter(0),
  });
}

const named = (part: RegExp): string[] => Object.keys(SENSORS).filter((name) => part.test(name));

describe('energy of exchanges from half a second on, 1 to 32 at once, against the truth', () => {
  it.each(named(/^counter(?!.*freezes).*5\/s/))(
    'with a %s is within 3 percent in the median',
    (name) => {
      const { median, total } = errorsOf(name);
      expect(median).toBeLessThan(0.03);
      expect(Math.abs(total)).toBeLessThan(0.01);
    },
  );

  it.each([...named(/^power.*5\/s/), ...named(/freezes/)])(
    'with %s is within 10 percent in the median',
    (name) => {
      const { median, total } = errorsOf(name);
      expect(median).toBeLessThan(0.1);
      expect(Math.abs(total)).toBeLessThan(0.02);
    },
  );

  it.each(named(/1\/s/))('with %s is known for nearly all', (name) => {
    const { count, unknown } = errorsOf(name);
    expect(unknown / count).toBeLessThan(0.05);
  });

  it('is closer than with equal shares and the power held', () => {
    const { median, held } = errorsOf('counter, 5/s', SEVERAL);
    expect(median).toBeLessThan(held * 0.7);
  });

  it.each(SEVERAL)(
    'is closer than with equal shares of the same energy, $atOnce at once',
    (load) => {
      const { median } = errorsOf('counter, 5/s', [load]);
      const { median: equal } = errorsOf('counter, 5/s', [{ ...load, isBlind: true }]);
      expect(median).toBeLessThan(equal * 0.7);
    },
  );

  it('of requests that wait for their turn is that of their own work', () => {
    const { median, held } = errorsOf('counter, 5/s', IN_TURN);
    expect(median).toBeLessThan(0.05);
    expect(median).toBeLessThan(held / 4);
  });

  it('of single exchanges is eight times closer with an averaging sensor', () => {
    const { median, held } = errorsOf('power, mean of 1 s, 5/s', [LOADS['1']!]);
    expect(median).toBeLessThan(held / 8);
  });
});
