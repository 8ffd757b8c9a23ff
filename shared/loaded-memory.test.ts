import { expect, it } from 'vitest';
import { spilledBytes } from './loaded-memory.ts';

it('is what is not in GPU memory, and unknown if a part is unknown', () => {
  expect(spilledBytes({ sizeBytes: 10, vramBytes: 7 })).toBe(3);
  // A server may report a little more than the size.
  expect(spilledBytes({ sizeBytes: 10, vramBytes: 11 })).toBe(0);
  expect(spilledBytes({ sizeBytes: 10, vramBytes: null })).toBeNull();
  expect(spilledBytes({ sizeBytes: null, vramBytes: 0 })).toBeNull();
});
