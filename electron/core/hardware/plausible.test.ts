import { expect, it } from 'vitest';
import { plausibleReading } from './plausible.ts';
import type { SourceReading } from './source.ts';

const READING: SourceReading = {
  ...{ index: 0, id: 'a', name: 'GPU', vendor: 'nvidia', utilizationPercent: 97 },
  ...{ memoryUsedBytes: 1, memoryTotalBytes: 2, temperatureC: 61, powerW: 318, powerLimitW: 450 },
};

it('leaves a usual reading as it is', () => {
  expect(plausibleReading(READING)).toEqual(READING);
});

it.each([-50, 1e9, 0xffff_ffff / 1_000, NaN, Infinity])(
  'takes a power of %s W as unknown',
  (powerW) => {
    expect(plausibleReading({ ...READING, powerW }).powerW).toBeNull();
  },
);

it('takes a power far above the limit as unknown, but not a moment above it', () => {
  expect(plausibleReading({ ...READING, powerW: 2_000 }).powerW).toBeNull();
  expect(plausibleReading({ ...READING, powerW: 700 }).powerW).toBe(700);
  expect(plausibleReading({ ...READING, powerW: 2_000, powerLimitW: null }).powerW).toBe(2_000);
});

it('takes an impossible limit, temperature and utilisation as unknown', () => {
  const absurd = { powerLimitW: 4_294_967, temperatureC: 255, utilizationPercent: 65_535 };
  expect(plausibleReading({ ...READING, ...absurd })).toMatchObject({
    ...{ powerW: 318, powerLimitW: null, temperatureC: null, utilizationPercent: null },
  });
});
