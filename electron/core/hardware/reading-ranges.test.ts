import { expect, it } from 'vitest';
import type { MergedDevice } from './merge-readings.ts';
import { unknownCard } from './linux/card-rest.ts';
import { ReadingRanges } from './reading-ranges.ts';

function device(key: string, powerW: number | null): MergedDevice {
  const reading = { ...unknownCard('nvidia', 0, null), powerW };
  return { key, reading, sources: ['a'], powerSource: 'a' };
}

it('gives least, mean and greatest of the readings since the last state', () => {
  const ranges = new ReadingRanges();
  for (const watts of [100, 400, null, 100]) ranges.add([device('a', watts), device('b', null)]);
  expect(ranges.take(['b', 'a', 'c'])).toEqual([
    { utilizationPercent: null, memoryUsedBytes: null, temperatureC: null, powerW: null },
    {
      ...{ utilizationPercent: null, memoryUsedBytes: null, temperatureC: null },
      powerW: { min: 100, mean: 200, max: 400 },
    },
    null,
  ]);
  ranges.add([device('a', 7)]);
  expect(ranges.take(['a'])[0]?.powerW).toEqual({ min: 7, mean: 7, max: 7 });
  expect(ranges.take(['a'])).toEqual([null]);
});
