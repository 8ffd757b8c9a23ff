import { describe, expect, it } from 'vitest';
import { record } from '../../../../tests/faults/ledger-records.ts';
import { localDate } from '../../../../shared/format.ts';
import { SinkCheckpoint } from './sink-checkpoint.ts';
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

describe('the checkpoint of a sink', () => {
  it('starts before the first row', () => {
    const checkpoint = new SinkCheckpoint(memory());
    expect([checkpoint.cursor, checkpoint.rollupsFrom]).toEqual([0, ALL_DAYS]);
  });

  it('resumes at its position', () => {
    const kept = memory();
    const checkpoint = new SinkCheckpoint(kept);
    checkpoint.rollupsFrom = null;
    checkpoint.advance([
      record(7, { completedAt: NOON }),
      record(9, { completedAt: NOON - DAY_MS }),
    ]);
    checkpoint.save();
    checkpoint.save();
    expect(kept.writes.length).toBe(1);
    const again = new SinkCheckpoint(kept);
    expect([again.cursor, again.rollupsFrom]).toEqual([9, localDate(NOON - DAY_MS)]);
  });

  it('stores that every day was sent', () => {
    const kept = memory();
    const checkpoint = new SinkCheckpoint(kept);
    checkpoint.skipTo(5);
    checkpoint.rollupsFrom = null;
    checkpoint.save();
    expect(new SinkCheckpoint(kept).rollupsFrom).toBeNull();
  });

  it('sends all days again when it has to go back', () => {
    const checkpoint = new SinkCheckpoint(memory({ cursor: 50, rollupsFrom: null }));
    checkpoint.lowerTo(60);
    expect([checkpoint.cursor, checkpoint.rollupsFrom]).toEqual([50, null]);
    checkpoint.lowerTo(40);
    expect([checkpoint.cursor, checkpoint.rollupsFrom]).toEqual([40, ALL_DAYS]);
  });

  it.each([
    { cursor: -1, rollupsFrom: null },
    { cursor: '7', rollupsFrom: null },
    { cursor: 1.5, rollupsFrom: 3 },
    { rollupsFrom: null },
  ])('starts again if the stored state is invalid: %j', (nonsense) => {
    const checkpoint = new SinkCheckpoint(memory(nonsense));
    expect([checkpoint.cursor, checkpoint.rollupsFrom]).toEqual([0, ALL_DAYS]);
  });
});
