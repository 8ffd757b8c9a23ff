import { describe, expect, it } from 'vitest';
import { record } from '../../../../tests/faults/ledger-records.ts';
import { localDate } from '../../../../shared/format.ts';
import { Place } from './sink-checkpoint.ts';
import { ALL_DAYS } from './rollup-sender.ts';

const NOON = new Date(2026, 10, 21, 12).getTime();
const DAY_MS = 86_400_000;

function memory(value: Record<string, unknown> = {}) {
  const writes: unknown[] = [];
  return {
    writes,
    read: () => value,
    write: (next: Readonly<Record<string, unknown>>) => {
      writes.push(next);
      value = { ...next };
    },
  };
}

describe('how far a sink came', () => {
  it('begins before everything', () => {
    const place = new Place(memory());
    expect([place.cursor, place.rollupsFrom]).toEqual([0, ALL_DAYS]);
  });

  it('goes on where it was', () => {
    const kept = memory();
    const place = new Place(kept);
    place.rollupsFrom = null;
    place.advance([record(7, { completedAt: NOON }), record(9, { completedAt: NOON - DAY_MS })]);
    place.save();
    place.save();
    expect(kept.writes.length).toBe(1);
    const again = new Place(kept);
    expect([again.cursor, again.rollupsFrom]).toEqual([9, localDate(NOON - DAY_MS)]);
  });

  it('remembers that every day is sent', () => {
    const kept = memory();
    const place = new Place(kept);
    place.skipTo(5);
    place.rollupsFrom = null;
    place.save();
    expect(new Place(kept).rollupsFrom).toBeNull();
  });

  it('sends all days again when it has to go back', () => {
    const place = new Place(memory({ cursor: 50, rollupsFrom: null }));
    place.lowerTo(60);
    expect([place.cursor, place.rollupsFrom]).toEqual([50, null]);
    place.lowerTo(40);
    expect([place.cursor, place.rollupsFrom]).toEqual([40, ALL_DAYS]);
  });

  it.each([
    { cursor: -1, rollupsFrom: null },
    { cursor: '7', rollupsFrom: null },
    { cursor: 1.5, rollupsFrom: 3 },
    { rollupsFrom: null },
  ])('begins anew where it remembers nonsense: %j', (nonsense) => {
    const place = new Place(memory(nonsense));
    expect([place.cursor, place.rollupsFrom]).toEqual([0, ALL_DAYS]);
  });
});
