import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { applyDelta, missedDelta } from '../../shared/snapshot.ts';
import type { Delta, Snapshot, State } from '../../shared/snapshot.ts';
import { joinDeltas } from './joined-deltas.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function delta(seq: number, changed: object): Delta {
  return { seq, changed };
}

function setUp() {
  const sent: Delta[] = [];
  const deltas = joinDeltas({
    slices: ['app', 'throughput', 'inFlight'],
    everyMs: 1_000,
    send: (each) => sent.push(each),
  });
  return { sent, deltas };
}

test('the first is sent at once, and those within a second as one, with the newest slices', () => {
  const { sent, deltas } = setUp();
  deltas.offer(delta(5, { throughput: 1 }));
  for (const seq of [6, 7, 8]) deltas.offer(delta(seq, { throughput: seq }));
  deltas.offer(delta(9, { inFlight: [] }));
  expect(sent).toEqual([{ seq: 5, since: 4, changed: { throughput: 1 } }]);
  vi.advanceTimersByTime(1_000);
  expect(sent.slice(1)).toEqual([{ seq: 9, since: 5, changed: { throughput: 8, inFlight: [] } }]);
});

test('slices that the page does not show are never sent, and their numbers are not missed', () => {
  const { sent, deltas } = setUp();
  deltas.offer(delta(5, { throughput: 1 }));
  deltas.offer(delta(6, { recent: [] }));
  vi.advanceTimersByTime(5_000);
  expect(sent).toHaveLength(1);
  deltas.offer(delta(7, { throughput: 2 }));
  expect(sent[1]).toEqual({ seq: 7, since: 5, changed: { throughput: 2 } });
  let snapshot: Snapshot = { seq: 4, state: {} as State };
  for (const each of sent) {
    expect(missedDelta(snapshot, each)).toBe(false);
    snapshot = applyDelta(snapshot, each);
  }
  expect(snapshot).toMatchObject({ seq: 7, state: { throughput: 2 } });
});

test('a change of the application itself does not wait', () => {
  const { sent, deltas } = setUp();
  deltas.offer(delta(5, { throughput: 1 }));
  deltas.offer(delta(6, { throughput: 2 }));
  deltas.offer(delta(7, { app: 1 }));
  expect(sent[1]).toEqual({ seq: 7, since: 5, changed: { throughput: 2, app: 1 } });
  vi.advanceTimersByTime(5_000);
  expect(sent).toHaveLength(2);
});

test('after it was cleared, the gap shows in the numbers', () => {
  const { sent, deltas } = setUp();
  deltas.offer(delta(5, { throughput: 1 }));
  deltas.offer(delta(6, { throughput: 2 }));
  deltas.clear();
  vi.advanceTimersByTime(5_000);
  deltas.offer(delta(7, { throughput: 3 }));
  expect(sent.slice(1)).toEqual([{ seq: 7, since: 6, changed: { throughput: 3 } }]);
  expect(missedDelta({ seq: 5, state: {} as State }, sent[1]!)).toBe(true);
});
