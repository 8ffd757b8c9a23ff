import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { setZoneDates } from '../../../shared/local-time.ts';
import { zoneDates } from '../../i18n/zone-dates.ts';
import { decimalSeparator, splitAtDecimal } from './decimal.ts';
import { nearestIndex } from './nearest.ts';
import { spread } from './spread.ts';
import { dayBoundaries, timeTicks } from './time-ticks.ts';
import { logTicks, tickFormatter, valueScale } from './value-ticks.ts';

const HOUR = 3_600_000;
const zone = process.env.TZ;

afterEach(() => {
  setZoneDates(null);
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe('logTicks', () => {
  it('takes 1, 2 and 5 times powers of ten, at most so many', () => {
    expect(logTicks(8, 120)).toEqual([10, 20, 50, 100]);
    expect(logTicks(0.03, 4, 3)).toEqual([0.05, 0.2, 1]);
  });
});

describe('valueScale', () => {
  it('contains every value with at most five evenly spaced ticks', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e15, noNaN: true }),
        fc.constantFrom('decimal' as const, 'binary' as const),
        fc.integer({ min: 2, max: 5 }),
        (highest, base, mostTicks) => {
          const { top, ticks } = valueScale(highest, { base, mostTicks });
          expect(top).toBeGreaterThanOrEqual(highest * (1 - 1e-8));
          expect(ticks.length).toBeLessThanOrEqual(mostTicks);
          expect(ticks[0]).toBe(0);
          expect(ticks.at(-1)).toBe(top);
        },
      ),
    );
  });

  it('takes round steps', () => {
    expect(valueScale(47).ticks).toEqual([0, 20, 40, 60]);
    expect(valueScale(0.93).ticks).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(valueScale(3, { wholeNumbers: true }).ticks).toEqual([0, 1, 2, 3]);
    expect(valueScale(1, { wholeNumbers: true }).ticks).toEqual([0, 1]);
    expect(valueScale(22 * 1024 ** 3, { base: 'binary' }).ticks.map((n) => n / 1024 ** 3)).toEqual([
      0, 8, 16, 24,
    ]);
    expect(valueScale(0).ticks).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  it('labels ticks with the decimals of their step', () => {
    const label = (ticks: number[]): string[] => ticks.map(tickFormatter(ticks, 'en'));
    expect(label([0, 0.5, 1])).toEqual(['0.0', '0.5', '1.0']);
    expect(label([0, 20, 40])).toEqual(['0', '20', '40']);
    expect(label([0, 20_000, 40_000])).toEqual(['0', '20K', '40K']);
  });
});

describe('timeTicks', () => {
  const labels = (from: number, to: number, locale = 'en-GB'): string[] =>
    timeTicks(from, to, { locale }).map(({ label }) => label);

  it('stands on round local times with at most five ticks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 41 }),
        fc.integer({ min: 5_000, max: 3 * 366 * 24 * HOUR }),
        (from, span) => {
          const ticks = timeTicks(from, from + span, { locale: 'en-GB' });
          expect(ticks.length).toBeLessThanOrEqual(5);
          for (const { at } of ticks) {
            expect(at).toBeGreaterThanOrEqual(from);
            expect(at).toBeLessThanOrEqual(from + span);
          }
        },
      ),
    );
  });

  it('keeps to the clock on the night that skips an hour', () => {
    process.env.TZ = 'Europe/Berlin';
    const from = new Date(2026, 2, 29, 0, 0).getTime();
    // 02:00 does not exist.
    expect(labels(from, from + 4 * HOUR)).toEqual(['29 Mar', '01:00', '03:00', '04:00', '05:00']);
    const day = labels(from - 12 * HOUR, from + 11 * HOUR);
    expect(day).toEqual(['12:00', '18:00', '29 Mar', '06:00', '12:00']);
  });

  it('has both of an hour that comes twice', () => {
    process.env.TZ = 'Europe/Berlin';
    const from = new Date(2026, 9, 25, 1, 0).getTime();
    expect(labels(from, from + 3 * HOUR)).toEqual(['01:00', '02:00', '02:00', '03:00']);
    expect(labels(from - HOUR, from + 24 * HOUR)).toEqual([
      '25 Oct',
      '06:00',
      '12:00',
      '18:00',
      '26 Oct',
    ]);
  });

  it('marks local midnights, 23 and 25 hours apart where the clock changes', () => {
    process.env.TZ = 'Europe/Berlin';
    const from = new Date(2026, 2, 28, 12).getTime();
    const days = dayBoundaries(from, from + 72 * HOUR);
    expect(days.map((at) => new Date(at).getHours())).toEqual([0, 0, 0]);
    expect((days[1]! - days[0]!) / HOUR).toBe(23);
  });

  it('keeps to the clock of another zone than that of the page', () => {
    process.env.TZ = 'Asia/Tokyo';
    setZoneDates(zoneDates('Europe/Berlin'));
    const from = Date.UTC(2026, 2, 28, 23);
    expect(labels(from, from + 4 * HOUR)).toEqual(['29 Mar', '01:00', '03:00', '04:00', '05:00']);
    const days = dayBoundaries(from, from + 47 * HOUR);
    expect(days.map((at) => (at - from) / HOUR)).toEqual([0, 23, 47]);
  });

  it('speaks the language of its locale', () => {
    process.env.TZ = 'UTC';
    const from = Date.UTC(2026, 4, 1);
    expect(labels(from, from + 90 * 24 * HOUR, 'de')).toEqual(['Mai', 'Jun', 'Jul']);
    // One hour cycle in every language, as in tables.
    expect(labels(from, from + 8 * HOUR, 'en-US')[1]).toBe('02:00');
  });
});

describe('spread', () => {
  it('moves labels only as far as needed', () => {
    expect(spread([10, 50, 90], 14, 0, 100)).toEqual([10, 50, 90]);
    expect(spread([50, 50], 14, 0, 100)).toEqual([43, 57]);
    expect(spread([2, 99, 98], 14, 0, 100)).toEqual([2, 100, 86]);
  });

  it('keeps gap, order and limits', () => {
    const wanted = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(wanted, (values) => {
        const places = spread(values, 14, 0, 100);
        const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
        const sorted = order.map((index) => places[index]!);
        sorted.forEach((place, rank) => {
          expect(place).toBeGreaterThanOrEqual(-1e-9);
          expect(place).toBeLessThanOrEqual(100 + 1e-9);
          if (rank > 0) expect(place - sorted[rank - 1]!).toBeGreaterThanOrEqual(14 - 1e-9);
        });
      }),
    );
  });
});

describe('decimal alignment', () => {
  it('parts a figure before its separator or its prefix', () => {
    const dot = decimalSeparator('en');
    expect(
      ['41.2', '421', '12.3k', '12k', '1,234', '–', '0.31 s'].map((t) => splitAtDecimal(t, dot)),
    ).toEqual([
      ['41', '.2'],
      ['421', ''],
      ['12', '.3k'],
      ['12', 'k'],
      ['1,234', ''],
      ['–', ''],
      ['0', '.31 s'],
    ]);
    expect(splitAtDecimal('1.234,5', decimalSeparator('de'))).toEqual(['1.234', ',5']);
  });
});

describe('nearestIndex', () => {
  it('agrees with a scan of all times', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 1 });
    fc.assert(
      fc.property(times, fc.integer({ min: -10, max: 1_010 }), (unsorted, at) => {
        const sorted = unsorted.sort((a, b) => a - b);
        const distance = Math.min(...sorted.map((time) => Math.abs(time - at)));
        expect(Math.abs(sorted[nearestIndex(sorted, at)]! - at)).toBe(distance);
      }),
    );
    expect(nearestIndex([], 5)).toBe(-1);
  });
});
