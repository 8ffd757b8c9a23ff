import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, Prices } from './tariff.ts';
import type { TariffEntry } from './tariff.ts';
import { WEEKDAYS } from '../../../shared/week-times.ts';
import type { Weekday } from '../../../shared/week-times.ts';

const ALL = [...WEEKDAYS];
const SUNDAY: Weekday[] = ['sun'];

export function entry(given: Partial<TariffEntry> = {}): TariffEntry {
  return {
    from: 0,
    currency: 'EUR',
    tariff: { price: 0.3, times: null, hourly: null },
    solar: null,
    gramsPerKwh: 400,
    carbonSource: 'settings',
    ...given,
  };
}

const none = (): null => null;

function at(local: string): number {
  return new Date(local).getTime();
}

const zone = process.env.TZ;
beforeEach(() => {
  process.env.TZ = 'Europe/Berlin';
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe('the price of electricity', () => {
  it('keeps the tariff that held then', () => {
    const change = at('2026-11-10T12:00:00');
    const prices = new Prices(
      [
        entry({ from: at('2026-11-01T00:00:00') }),
        entry({ from: change, tariff: { price: 0.5, times: null, hourly: null } }),
      ],
      none,
    );
    expect(prices.at(change - 1).perKwh).toBe(0.3);
    expect(prices.at(change).perKwh).toBe(0.5);
    expect(prices.at(at('2026-10-31T23:59:00'))).toMatchObject({ perKwh: null, currency: null });
    expect(prices.heldIn(change, change + 1)).toHaveLength(1);
  });

  it('goes by local weekday and time of day, also past midnight', () => {
    const times = [
      { days: ALL, from: '06:00', to: '22:00', price: 0.3 },
      { days: ALL, from: '22:00', to: '06:00', price: 0.2 },
    ];
    const prices = new Prices([entry({ tariff: { price: null, times, hourly: null } })], none);
    expect(prices.at(at('2026-11-21T05:59:59')).perKwh).toBe(0.2);
    expect(prices.at(at('2026-11-21T06:00:00')).perKwh).toBe(0.3);
    expect(prices.at(at('2026-11-21T22:00:00')).perKwh).toBe(0.2);
    // In summer and in winter the same local time has the same price.
    expect(prices.at(Date.UTC(2026, 6, 1, 20, 30)).perKwh).toBe(0.2);
    expect(prices.at(Date.UTC(2026, 11, 1, 20, 30)).perKwh).toBe(0.3);
  });

  it('prices both hours that a clock set back repeats, and not the one it skips', () => {
    const times = [
      { days: SUNDAY, from: '02:00', to: '03:00', price: 9 },
      { days: SUNDAY, from: '03:00', to: '02:00', price: 1 },
      {
        days: ALL.filter((day) => day !== 'sun' && day !== 'mon'),
        from: '02:00',
        to: '02:00',
        price: 1,
      },
      { days: ['mon' as const], from: '02:00', to: '02:00', price: 1 },
    ];
    const prices = new Prices([entry({ tariff: { price: null, times, hourly: null } })], none);
    const ofDay = (start: string, hours: number): number =>
      Array.from({ length: hours }, (_, i) => prices.ofHour(at(start) / HOUR_MS + i)).filter(
        ({ perKwh }) => perKwh === 9,
      ).length;
    expect(ofDay('2026-10-25T00:00:00', 25)).toBe(2);
    expect(ofDay('2026-03-29T00:00:00', 23)).toBe(0);
    expect(ofDay('2026-11-22T00:00:00', 24)).toBe(1);
  });

  it('marks an hour in which the price changes as a mean', () => {
    const times = [
      { days: ALL, from: '06:30', to: '22:00', price: 0.4 },
      { days: ALL, from: '22:00', to: '06:30', price: 0.2 },
    ];
    const prices = new Prices([entry({ tariff: { price: null, times, hourly: null } })], none);
    const hour = at('2026-11-21T06:00:00') / HOUR_MS;
    expect(prices.ofHour(hour)).toMatchObject({ isMean: true });
    expect(prices.ofHour(hour).perKwh).toBeCloseTo(0.3, 12);
    expect(prices.ofHour(hour + 1)).toMatchObject({ perKwh: 0.4, isMean: false });
  });

  it('takes the hour’s own price, and knows none where there is none', () => {
    const hour = at('2026-11-21T06:00:00') / HOUR_MS;
    const hourly = (series: string, wanted: number): number | null =>
      series === 'EUR x' && wanted === hour ? -0.02 : null;
    const tariff = { price: null, times: null, hourly: 'EUR x' };
    const prices = new Prices([entry({ tariff })], hourly);
    expect(prices.ofHour(hour).perKwh).toBe(-0.02);
    expect(prices.ofHour(hour + 1)).toMatchObject({ perKwh: null, currency: 'EUR' });
  });

  it('counts solar energy at its own price and without carbon', () => {
    const noon = [{ days: ALL, from: '10:00', to: '16:00' }];
    const solar = { price: 0.08, share: 0.5, hours: noon };
    const prices = new Prices([entry({ solar })], none);
    expect(prices.at(at('2026-11-21T12:00:00')).perKwh).toBeCloseTo(0.19, 12);
    expect(prices.at(at('2026-11-21T12:00:00')).gramsPerKwh).toBe(200);
    expect(prices.at(at('2026-11-21T16:00:00'))).toMatchObject({ perKwh: 0.3, gramsPerKwh: 400 });
  });
});
