import { describe, expect, it } from 'vitest';
import { rowsInSight, scrollTopFor } from './fixed-rows.ts';

describe('rows of one height', () => {
  it('are those in sight, with some before and after, within the list', () => {
    expect(rowsInSight({ scrollTop: 0, height: 100 }, 28, 1_000_000, 8)).toEqual({
      first: 0,
      end: 12,
    });
    expect(rowsInSight({ scrollTop: 2_810, height: 100 }, 28, 1_000_000, 8)).toEqual({
      first: 92,
      end: 112,
    });
    const end = 28_000_000 - 100;
    expect(rowsInSight({ scrollTop: end, height: 100 }, 28, 1_000_000, 8)).toEqual({
      first: 999_988,
      end: 1_000_000,
    });
    expect(rowsInSight({ scrollTop: 500, height: 100 }, 28, 3, 8)).toEqual({ first: 3, end: 3 });
  });

  it('come into sight by the least way, and stay if they are there', () => {
    const view = { scrollTop: 280, height: 200 };
    expect(scrollTopFor(10, view, 28, 30)).toBeNull();
    expect(scrollTopFor(9, view, 28, 30)).toBe(252);
    expect(scrollTopFor(20, view, 28, 30)).toBe(20 * 28 + 28 + 30 - 200);
  });
});
