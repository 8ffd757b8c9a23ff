import { describe, expect, it } from 'vitest';
import { limitAttempts } from './attempts.ts';

describe('limited attempts', () => {
  it('allows so many in a stretch of time, wherever it begins', () => {
    let now = 0;
    const attempts = limitAttempts(3, 1_000, () => now);
    const at = (time: number): boolean => {
      now = time;
      return attempts.next();
    };
    expect([0, 500, 900, 999].map(at)).toEqual([true, true, true, false]);
    // The first is out of the stretch; those refused do not count.
    expect([1_000, 1_499, 1_500].map(at)).toEqual([true, false, true]);
  });

  it('starts anew after a reset', () => {
    const attempts = limitAttempts(1, 1_000, () => 0);
    expect([attempts.next(), attempts.next()]).toEqual([true, false]);
    attempts.reset();
    expect(attempts.next()).toBe(true);
  });
});
