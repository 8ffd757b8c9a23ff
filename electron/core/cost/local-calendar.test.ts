import { afterEach, describe, expect, it } from 'vitest';
import { periodOf } from './local-calendar.ts';

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const HOUR = 3_600_000;
const hours = ({ from, to }: { from: number; to: number }): number => (to - from) / HOUR;
const at = (local: string): number => new Date(local).getTime();

describe('periods of the local calendar', () => {
  it('have the hours that the day has where clocks are changed', () => {
    process.env.TZ = 'Europe/Berlin';
    expect(hours(periodOf('day', at('2026-03-29T12:00:00')))).toBe(23);
    expect(hours(periodOf('day', at('2026-10-25T12:00:00')))).toBe(25);
    expect(hours(periodOf('week', at('2026-10-25T12:00:00')))).toBe(7 * 24 + 1);
    expect(hours(periodOf('month', at('2026-03-29T12:00:00')))).toBe(31 * 24 - 1);
    // Both hours that are called 02:30 on that day belong to it.
    for (const utc of [Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)]) {
      expect(periodOf('day', utc).from).toBe(at('2026-10-25T00:00:00'));
    }
  });

  it('follow each other without a gap, also where midnight is skipped', () => {
    // Chile skips 00:00 to 01:00 on the first Sunday of September.
    for (const tz of ['America/Santiago', 'Europe/Berlin', 'Australia/Lord_Howe', 'UTC']) {
      process.env.TZ = tz;
      for (const period of ['day', 'week', 'month'] as const) {
        let moment = Date.UTC(2026, 7, 1);
        while (moment < Date.UTC(2027, 3, 1)) {
          const { from, to } = periodOf(period, moment);
          expect(periodOf(period, from)).toEqual({ from, to });
          expect(periodOf(period, to - 1)).toEqual({ from, to });
          expect(periodOf(period, to).from).toBe(to);
          moment = to;
        }
      }
    }
  });

  it('begin weeks on Monday and months on the first', () => {
    process.env.TZ = 'UTC';
    expect(periodOf('week', Date.UTC(2026, 10, 29, 23)).from).toBe(Date.UTC(2026, 10, 23));
    expect(periodOf('week', Date.UTC(2026, 10, 30)).from).toBe(Date.UTC(2026, 10, 30));
    expect(periodOf('month', Date.UTC(2026, 11, 31, 23)).to).toBe(Date.UTC(2027, 0, 1));
  });
});
