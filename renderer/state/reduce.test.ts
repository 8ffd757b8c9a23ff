import { describe, expect, it } from 'vitest';
import { scenario } from '../../tests/support/scenarios.ts';
import type { Delta, Snapshot } from '../../shared/snapshot.ts';
import { UNSYNCED, reduce } from './reduce.ts';
import type { Sync, SyncEvent } from './reduce.ts';

const base = scenario('empty', 0).state;

function snapshot(seq: number, version = 'base'): Snapshot {
  return { seq, state: { ...base, app: { ...base.app, version } } };
}

/**
 * A delta that writes its number into the state, so that a test can see which deltas were applied.
 */
function delta(seq: number): Delta {
  return { seq, changed: { app: { ...base.app, version: `delta ${seq}` } } };
}

function run(...events: SyncEvent[]): Sync {
  return events.reduce(reduce, UNSYNCED);
}

const requested: SyncEvent = { type: 'requested' };
const arrived = (value: Snapshot): SyncEvent => ({ type: 'snapshot', snapshot: value });
const changed = (seq: number): SyncEvent => ({ type: 'delta', delta: delta(seq) });
const failed: SyncEvent = { type: 'failed', error: 'gone' };

describe('reduce', () => {
  it('applies deltas in order once it has a snapshot', () => {
    const sync = run(requested, arrived(snapshot(4)), changed(5), changed(6));
    expect(sync.phase).toBe('live');
    expect(sync.snapshot?.seq).toBe(6);
    expect(sync.snapshot?.state.app.version).toBe('delta 6');
    expect(sync.snapshot?.state.upstreams).toBe(base.upstreams);
  });

  it('keeps deltas that arrive before the snapshot, and drops those it already contains', () => {
    const sync = run(requested, changed(3), changed(4), changed(5), arrived(snapshot(4)));
    expect(sync).toMatchObject({ phase: 'live', waiting: [], snapshot: { seq: 5 } });
    const contained = run(requested, changed(3), changed(4), arrived(snapshot(4, 'fresh')));
    expect(contained.snapshot?.state.app.version).toBe('fresh');
  });

  it('returns the same state object for a stale delta', () => {
    const live = run(requested, arrived(snapshot(4)));
    expect(reduce(live, changed(4))).toBe(live);
    expect(reduce(live, changed(1))).toBe(live);
  });

  it('requests a snapshot when a delta was missed, and shows the old state meanwhile', () => {
    const sync = run(requested, arrived(snapshot(4)), changed(6));
    expect(sync).toMatchObject({ phase: 'due', snapshot: { seq: 4 }, waiting: [{ seq: 6 }] });
    const healed = [requested, changed(7), arrived(snapshot(5))].reduce(reduce, sync);
    expect(healed).toMatchObject({ phase: 'live', waiting: [], snapshot: { seq: 7 } });
  });

  it('requests another snapshot if the waiting deltas have a gap', () => {
    const sync = run(requested, changed(5), changed(8), arrived(snapshot(4)));
    expect(sync).toMatchObject({ phase: 'due', snapshot: { seq: 5 }, waiting: [{ seq: 8 }] });
  });

  it('accepts a snapshot with a lower number: the main process has restarted', () => {
    const sync = run(
      requested,
      arrived(snapshot(90)),
      changed(92),
      requested,
      arrived(snapshot(93)),
    );
    expect(sync.snapshot?.seq).toBe(93);
    const anew = run(requested, arrived(snapshot(90)), changed(92), failed);
    const retried = [{ type: 'retry' } as const, requested, arrived(snapshot(2))];
    expect(retried.reduce<Sync>(reduce, anew)).toMatchObject({
      phase: 'live',
      snapshot: { seq: 2 },
    });
  });

  it('keeps the last state when the main process ends, and retries on request', () => {
    const sync = run(requested, arrived(snapshot(4)), changed(6), failed);
    expect(sync).toMatchObject({
      phase: 'failed',
      error: 'gone',
      snapshot: { seq: 4 },
      waiting: [],
    });
    expect(reduce(sync, { type: 'retry' }).phase).toBe('due');
  });

  it('retries by itself when a delta arrives after a failure', () => {
    const sync = reduce(run(requested, failed), changed(3));
    expect(sync).toMatchObject({ phase: 'due', waiting: [{ seq: 3 }] });
  });

  it('clears the error when a snapshot arrives', () => {
    expect(run(requested, failed, requested, arrived(snapshot(1))).error).toBeNull();
  });

  it('does not request twice: a retry changes nothing unless it failed', () => {
    const fetching = run(requested);
    expect(reduce(fetching, { type: 'retry' })).toBe(fetching);
  });
});
