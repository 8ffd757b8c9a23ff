import { describe, expect, it } from 'vitest';
import { formatChange, relativeChange } from './relative-change.ts';

describe('a relative change', () => {
  it.each([
    [100, 112, '+12 %'],
    [100, 92, '−8 %'],
    [100, 100.2, '±0 %'],
    [10, 42, '4.2 ×'],
    [42, 10, '−76 %'],
  ])('from %d to %d is %s', (base, value, text) => {
    expect(formatChange(relativeChange(base, value))).toBe(text);
  });

  it.each([
    [null, 1],
    [1, null],
    [0, 1],
  ])('is unknown from %j to %j', (base, value) => {
    expect(formatChange(relativeChange(base, value))).toBe('–');
  });
});
