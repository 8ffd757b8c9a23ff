import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignSlots } from './slots.ts';

const LETTERS: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

describe('assignSlots', () => {
  it('keeps the row of what stays, and fills the rows that became free', () => {
    const first = assignSlots([], ['a', 'b', 'c'], 3);
    expect(first).toEqual(['a', 'b', 'c']);
    expect(assignSlots(first, ['b', 'c'], 3)).toEqual([null, 'b', 'c']);
    expect(assignSlots([null, 'b', 'c'], ['b', 'c', 'd'], 3)).toEqual(['d', 'b', 'c']);
  });

  it('brings what is out of sight into sight', () => {
    expect(assignSlots(['a', 'b', 'c', 'd', 'e'], ['b', 'e'], 3)).toEqual(['e', 'b']);
  });

  it('shows each exchange once, and no visible one ever moves', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...LETTERS), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(ids, { maxLength: 10 }), (steps) => {
        let slots: readonly (string | null)[] = [];
        for (const step of steps) {
          const next = assignSlots(slots, step, 3);
          expect(next.filter((id) => id !== null).sort()).toEqual([...step].sort());
          slots.slice(0, 3).forEach((id, row) => {
            if (id !== null && step.includes(id)) expect(next[row]).toBe(id);
          });
          // Nothing is out of sight while a row in sight is free.
          if (next.length > 3) expect(next.slice(0, 3)).not.toContain(null);
          slots = next;
        }
      }),
    );
  });
});
