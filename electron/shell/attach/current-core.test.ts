import { expect, it } from 'vitest';
import { scenario } from '../../../tests/support/scenarios.ts';
import type { CoreHandlers } from '../../../shared/ipc.ts';
import type { Delta, Snapshot, State } from '../../../shared/snapshot.ts';
import { applyDelta, missedDelta } from '../../../shared/snapshot.ts';
import type { Core } from '../../core/core-contract.ts';
import { CurrentCore } from './current-core.ts';

/** The parts of a core that are replaced: its state, its calls and its end. */
class PartialCore implements Pick<Core, 'snapshot' | 'subscribe' | 'stop'> {
  readonly calls: unknown[] = [];
  readonly handlers = { setPaused: (isOn: boolean) => void this.calls.push(isOn) } as CoreHandlers;
  #snapshot: Snapshot;
  #listener: ((delta: Delta) => void) | null = null;
  isStopped = false;

  constructor(seq: number, state: State) {
    this.#snapshot = { seq, state };
  }

  snapshot(): Snapshot {
    return this.#snapshot;
  }

  subscribe(listener: (delta: Delta) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = null;
    };
  }

  change(changed: Partial<State>): void {
    const { seq, state } = this.#snapshot;
    this.#snapshot = { seq: seq + 1, state: { ...state, ...changed } };
    this.#listener?.({ seq: seq + 1, changed });
  }

  stop(): Promise<void> {
    this.isStopped = true;
    return Promise.resolve();
  }
}

it('shows one core and then another to the same reader, without a gap in the numbers', async () => {
  const first = new PartialCore(500, scenario('empty', 1_800_000_000_000).state);
  const second = new PartialCore(3, scenario('traffic', 1_800_000_000_000).state);
  const current = new CurrentCore(first as unknown as Core);
  let read = current.snapshot();
  const missed: Delta[] = [];
  current.subscribe((delta) => {
    if (missedDelta(read, delta)) missed.push(delta);
    read = applyDelta(read, delta);
  });

  first.change({ inFlight: [] });
  await current.handlers.setPaused(true);
  await current.replace(second as unknown as Core);
  expect([read.state, first.isStopped]).toEqual([second.snapshot().state, true]);

  first.change({ recent: [] });
  second.change({ inFlight: [] });
  await current.handlers.setPaused(false);
  expect(read).toEqual(current.snapshot());
  expect(read.state).toEqual(second.snapshot().state);
  expect([first.calls, second.calls, missed]).toEqual([[true], [false], []]);
});
