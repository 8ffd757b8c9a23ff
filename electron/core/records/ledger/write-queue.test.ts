import { expect, test } from 'vitest';
import { eventually } from '../../../../tests/faults/ledger-support.ts';
import { record } from '../../../../tests/faults/ledger-records.ts';
import { LedgerFailure } from './failures.ts';
import type { AppendInput, AppendOutput } from './append.ts';
import { DEFAULT_QUEUE_LIMITS } from './queue-limits.ts';
import { WriteQueue } from './write-queue.ts';
import type { QueueLimits } from './queue-limits.ts';

/** A queue whose batches the test answers. */
function made(limits: Partial<QueueLimits> = {}) {
  const batches: {
    ids: number[];
    completed: number[];
    accept: (rejected?: number[]) => void;
    refuse: () => void;
  }[] = [];
  const left: (number | string)[] = [];
  const queue = new WriteQueue(
    { ...DEFAULT_QUEUE_LIMITS, flushMs: 1, retryMs: 1, maxRetryMs: 4, batchRows: 3, ...limits },
    {
      store: (batch: AppendInput) =>
        new Promise<AppendOutput>((resolve, reject) => {
          batches.push({
            ids: batch.rows.map(([id]) => Number(id)),
            completed: (batch.completed ?? []).map(([id]) => Number(id)),
            accept: (rejected = []) => resolve({ rejected }),
            refuse: () => reject(new LedgerFailure('full', 'full')),
          });
        }),
      onCommitted: (records) => left.push(...records.map(({ id }) => id)),
      onDropped: (records) => left.push(...records.map(({ id }) => `-${id}`)),
      onFailure: () => undefined,
      onSuccess: () => undefined,
    },
  );
  queue.resume();
  const batch = async (index: number) => {
    await eventually(() => batches.length > index, `batch ${index}`);
    return batches[index]!;
  };
  return { queue, batches, left, batch };
}

test('only one batch is in progress at a time, and none exceeds its limit', async () => {
  const { queue, batches, left, batch } = made();
  for (let id = 1; id <= 7; id++) queue.append(record(id));
  (await batch(0)).accept();
  expect(batches).toHaveLength(1);
  (await batch(1)).accept();
  (await batch(2)).accept();
  await eventually(() => left.length === 7, 'all');
  expect(batches.map(({ ids }) => ids)).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
});

test('a refused batch is sent again with the same rows', async () => {
  const { queue, left, batch } = made();
  queue.append(record(1));
  (await batch(0)).refuse();
  (await batch(1)).refuse();
  expect(left).toEqual([]);
  queue.append(record(2));
  (await batch(2)).accept();
  await eventually(() => left.length > 0, 'the row');
  expect(left[0]).toBe(1);
});

test('rows leave in order even if some of a batch in progress were dropped', async () => {
  const { queue, left, batch } = made({ rows: 4 });
  for (let id = 1; id <= 3; id++) queue.append(record(id));
  const first = await batch(0);
  for (let id = 4; id <= 6; id++) queue.append(record(id));
  expect(left).toEqual(['-1', '-2']);
  first.accept();
  (await batch(1)).accept([5]);
  await eventually(() => left.length === 6, 'all');
  expect(left).toEqual(['-1', '-2', 3, 4, '-5', 6]);
  expect(queue.dropped).toBe(3);
});

test('a pause waits for the batch in progress and sends no other', async () => {
  const { queue, batches, left, batch } = made();
  for (let id = 1; id <= 5; id++) queue.append(record(id));
  const first = await batch(0);
  const paused = queue.pause();
  first.accept();
  await paused;
  expect(left).toEqual([1, 2, 3]);
  queue.append(record(6));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(batches).toHaveLength(1);
  queue.resume();
  (await batch(1)).accept();
  await eventually(() => left.length === 6, 'the rest');
});

test('a drain ends when its time is up, and stopping reports the rest as dropped', async () => {
  const { queue, left, batch } = made();
  queue.append(record(1));
  const answered = batch(0);
  await queue.drain(30);
  queue.stop();
  expect(left).toEqual(['-1']);
  (await answered).accept();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(left).toEqual(['-1']);
});

test('energy that comes while its row is being written is sent after it, until it is stored', async () => {
  const { queue, batches, batch } = made();
  queue.append({ ...record(1), energyJoules: null }, false);
  const first = await batch(0);
  queue.complete({ ...record(1), energyJoules: 7 });
  expect(queue.firstIncompleteId).toBe(1);
  first.accept();
  (await batch(1)).refuse();
  (await batch(2)).accept();
  await eventually(() => queue.firstIncompleteId === Infinity, 'the energy');
  expect(batches.map(({ completed }) => completed)).toEqual([[], [1], [1]]);
});

test('energy that comes before its row is written goes with it', async () => {
  const { queue, batch } = made({ flushMs: 20 });
  queue.append({ ...record(1), energyJoules: null }, false);
  queue.complete({ ...record(1), energyJoules: 7 });
  expect(queue.firstIncompleteId).toBe(Infinity);
  expect((await batch(0)).completed).toEqual([]);
});
