import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scenario } from '../../tests/support/scenarios.ts';
import type { Bridge } from '../../shared/ipc.ts';
import type { Delta, Snapshot } from '../../shared/snapshot.ts';
import { SNAPSHOT_TIMEOUT_MS, createStore } from './store.ts';

/** A fake main process whose answers the test controls. */
class Main {
  readonly log: string[] = [];
  #answers: ((result: Snapshot | Error) => void)[] = [];
  #listener: ((delta: Delta) => void) | null = null;
  #onSnapshot: ((snapshot: Snapshot) => void) | null = null;

  readonly bridge: Bridge = {
    call: (name) => {
      this.log.push(name);
      // The store calls only getSnapshot, which the contract's type does not express.
      return new Promise<never>((resolve, reject) => {
        this.#answers.push((result) =>
          result instanceof Error ? reject(result) : resolve(result as never),
        );
      });
    },
    on: (name, listener) => {
      this.log.push(`on ${name}`);
      if (name === 'delta') this.#listener = listener as (delta: Delta) => void;
      else this.#onSnapshot = listener as (snapshot: Snapshot) => void;
      return () => {
        if (name === 'delta') this.#listener = null;
        else this.#onSnapshot = null;
      };
    },
    platform: 'linux',
  };

  get listening(): boolean {
    return this.#listener !== null || this.#onSnapshot !== null;
  }

  async answer(result: Snapshot | Error): Promise<void> {
    this.#answers.shift()?.(result);
    await vi.advanceTimersByTimeAsync(0);
  }

  replace(snapshot: Snapshot): void {
    this.#onSnapshot?.(snapshot);
  }

  push(seq: number, paused: boolean): void {
    this.#listener?.({ seq, changed: { app: { ...base.app, paused } } });
  }
}

const base = scenario('empty', 0).state;
const at = (seq: number): Snapshot => ({ seq, state: base });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('store', () => {
  it('subscribes before it requests the snapshot', () => {
    const main = new Main();
    createStore(main.bridge).start();
    expect(main.log).toEqual(['on delta', 'on snapshot', 'getSnapshot']);
  });

  it('calls its listeners for each change until they are removed', async () => {
    const main = new Main();
    const store = createStore(main.bridge);
    const listener = vi.fn();
    const remove = store.subscribe(listener);
    store.start();
    await main.answer(at(1));
    main.push(2, true);
    expect(store.get().snapshot?.state.app.paused).toBe(true);
    const before = listener.mock.calls.length;
    main.push(2, false);
    expect(listener.mock.calls.length).toBe(before);
    remove();
    main.push(3, false);
    expect(listener.mock.calls.length).toBe(before);
    expect(store.get().snapshot?.state.app.paused).toBe(false);
  });

  it('fetches one new snapshot when a delta was missed', async () => {
    const main = new Main();
    const store = createStore(main.bridge);
    store.start();
    await main.answer(at(1));
    main.push(5, true);
    main.push(6, false);
    expect(main.log).toEqual(['on delta', 'on snapshot', 'getSnapshot', 'getSnapshot']);
    await main.answer(at(5));
    expect(store.get()).toMatchObject({ phase: 'live', snapshot: { seq: 6 } });
  });

  it('fails when the call is rejected, and recovers on retry', async () => {
    const main = new Main();
    const store = createStore(main.bridge);
    store.start();
    await main.answer(new Error('no handler'));
    expect(store.get()).toMatchObject({ phase: 'failed', error: 'no handler', snapshot: null });
    store.retry();
    await main.answer(at(1));
    expect(store.get()).toMatchObject({ phase: 'live', error: null });
  });

  it('fails when the main process never answers', async () => {
    const main = new Main();
    const store = createStore(main.bridge);
    store.start();
    await vi.advanceTimersByTimeAsync(SNAPSHOT_TIMEOUT_MS);
    expect(store.get().phase).toBe('failed');
    expect(store.get().error).toMatchObject({ code: 'core_late' });
  });

  it('uses a whole state that arrives unrequested, not the older requested one', async () => {
    const main = new Main();
    const store = createStore(main.bridge);
    store.start();
    main.replace(at(7));
    main.push(8, true);
    await main.answer(at(5));
    expect(store.get()).toMatchObject({ phase: 'live', snapshot: { seq: 8 } });
    // Another run of the program starts its numbers again.
    main.replace(at(2));
    main.push(3, true);
    expect(store.get()).toMatchObject({ phase: 'live', snapshot: { seq: 3 } });
  });

  it('stops listening when it is stopped', () => {
    const main = new Main();
    const stop = createStore(main.bridge).start();
    expect(main.listening).toBe(true);
    stop();
    expect(main.listening).toBe(false);
  });
});
