import { expect, it } from 'vitest';
import { PRESETS } from '../../state/range.ts';
import { bucketOf, daysOf, drawable } from './ranges.ts';

const DAY = 86_400_000;

it.each(Object.entries(PRESETS))('draws at most 360 buckets over %s', (_, ms) => {
  const width = bucketOf({ from: 0, to: ms });
  expect(ms / width).toBeLessThanOrEqual(360);
  expect(width).toBeGreaterThanOrEqual(1_000);
});

it('asks for two weeks of days at least, and for no more than the API answers', () => {
  const to = 1_000 * DAY;
  expect(daysOf({ from: to - DAY, to })).toEqual({ from: to - 14 * DAY, to });
  expect(daysOf({ from: to - 30 * DAY, to })).toEqual({ from: to - 30 * DAY, to });
  expect(daysOf({ from: 0, to }).from).toBe(to - 398 * DAY);
});

it('leaves items out evenly if there are too many to draw', () => {
  const minutes = Array.from({ length: 1_440 }, (_, index) => index);
  expect(drawable(minutes).slice(0, 3)).toEqual([0, 2, 4]);
  expect(drawable(minutes.slice(0, 1_200))).toHaveLength(1_200);
});
