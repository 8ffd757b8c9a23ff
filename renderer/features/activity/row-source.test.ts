import { describe, expect, it, test } from 'vitest';
import type { ActivityPositions, ActivityRows } from '../../../shared/activity.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { activityRecord } from '../../../tests/support/records.ts';
import { RowSource } from './row-source.ts';
import type { Read } from './row-source.ts';

/** A ledger in memory that answers as the API does. Row n has the id n and finished at n. */
function ledger(count: number, rowsAnAnswer: number): { read: Read; add: (more: number) => void } {
  let rows = 0;
  const all: ActivityRecord[] = [];
  const add = (more: number): void => {
    for (let at = 0; at < more; at++) {
      rows += 1;
      all.unshift(activityRecord({ id: rows, completedAt: rows }));
    }
  };
  add(count);
  const after = (cursor: unknown): ActivityRecord[] => {
    const id = typeof cursor === 'string' ? Number(cursor.split('.')[1]) : Infinity;
    return all.filter((row) => row.id < id);
  };
  const answer = (path: string, query: Readonly<Record<string, unknown>>): object => {
    const found = after(query.cursor).filter((row) => row.completedAt >= Number(query.from ?? 0));
    if (path === '/activity') {
      const activity = found.slice(0, Number(query.limit));
      const next = activity.length < found.length ? `0.${activity.at(-1)?.id ?? 0}` : null;
      return { activity, nextCursor: next } satisfies ActivityRows;
    }
    const part = found.slice(0, rowsAnAnswer);
    const step = Number(query.step);
    const cursors = part.flatMap((row, at) => ((at + 1) % step === 0 ? [`0.${row.id}`] : []));
    const last = part.length < found.length ? `0.${part.at(-1)?.id ?? 0}` : null;
    return { rows: part.length, step, cursors, nextCursor: last } satisfies ActivityPositions;
  };
  const read = ((path, query) => Promise.resolve(answer(path, query))) as Read;
  return { read, add };
}

async function settled(source: RowSource): Promise<void> {
  source.start();
  await expect.poll(() => source.state().isCounting).toBe(false);
  await expect.poll(() => source.state().total).not.toBeNull();
}

async function idsAt(source: RowSource, first: number, count: number): Promise<(number | null)[]> {
  source.want(first, first + count - 1);
  const ids = (): (number | null)[] =>
    Array.from({ length: count }, (_, at) => source.row(first + at)?.id ?? null);
  await expect.poll(() => ids().includes(null)).toBe(false);
  return ids();
}

const downFrom = (id: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => id - at);

describe('the rows of a long list', () => {
  // Counted in one answer, at the end of steps, and at odd places.
  it.each([10_000, 500, 333, 7])('are reached anywhere, counted %i at a time', async (part) => {
    const source = new RowSource(ledger(2_345, part).read, {});
    await settled(source);
    expect(source.state().total).toBe(2_345);
    for (const first of [0, 95, 1_170, 2_325, 12]) {
      expect(await idsAt(source, first, 20)).toEqual(downFrom(2_345 - first, 20));
    }
    expect(source.indexOf(2_345 - 1_175)).toBe(1_175);
  });

  it.each([0, 1, 99, 100, 101])('are all there where there are %i', async (count) => {
    const source = new RowSource(ledger(count, 1_000).read, {});
    await settled(source);
    expect(source.state().total).toBe(count);
    if (count > 0) expect(await idsAt(source, 0, count)).toEqual(downFrom(count, count));
  });

  test('before and after those in sight are loaded too, once these are there', async () => {
    const source = new RowSource(ledger(2_000, 10_000).read, {});
    await settled(source);
    await idsAt(source, 1_020, 20);
    expect([source.row(999), source.row(1_100)]).toEqual([null, null]);
    source.want(1_020, 1_039);
    await expect.poll(() => [source.row(999)?.id, source.row(1_100)?.id]).toEqual([1_001, 900]);
    expect([source.row(899), source.row(1_200)]).toEqual([null, null]);
  });

  test('stay where they are while others finish', async () => {
    const { read, add } = ledger(1_000, 10_000);
    const source = new RowSource(read, {});
    await settled(source);
    add(12);
    await source.lookForNew(false);
    expect(source.state()).toMatchObject({ waiting: 12, total: 1_000, isOutdated: false });
    expect(await idsAt(source, 400, 10)).toEqual(downFrom(600, 10));
    add(1);
    await source.lookForNew(false);
    expect(source.state().waiting).toBe(13);
    source.show();
    expect(source.state()).toMatchObject({ waiting: 0, total: 1_013 });
    expect(await idsAt(source, 0, 120)).toEqual(downFrom(1_013, 120));
    expect(await idsAt(source, 900, 113)).toEqual(downFrom(113, 113));
  });

  test('move on at once where they are followed', async () => {
    const { read, add } = ledger(5, 10_000);
    const source = new RowSource(read, {});
    await settled(source);
    add(2);
    await source.lookForNew(true);
    expect(source.state()).toMatchObject({ waiting: 0, total: 7 });
    expect(source.row(0)?.id).toBe(7);
  });

  test('begin anew after more new ones than are read at once', async () => {
    const { read, add } = ledger(500, 10_000);
    const source = new RowSource(read, {});
    await settled(source);
    add(1_000);
    await source.lookForNew(false);
    expect(source.state()).toMatchObject({ waiting: 200, isOutdated: true });
    source.show();
    await expect.poll(() => source.state().total).toBe(1_500);
    expect(source.row(0)?.id).toBe(1_500);
  });

  test('tell an error, and come back when they are read again', async () => {
    const { read } = ledger(3, 10);
    let isBroken = true;
    const source = new RowSource(
      (...given) => (isBroken ? Promise.reject(new Error('It broke.')) : read(...given)),
      {},
    );
    source.start();
    await expect.poll(() => source.state().error?.message).toBe('It broke.');
    isBroken = false;
    await settled(source);
    expect(source.state()).toMatchObject({ total: 3, error: null });
  });
});
