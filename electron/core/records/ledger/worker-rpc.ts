import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { within } from '../../time-limit.ts';
import { LedgerFailure } from './failures.ts';
import type { CallsOfRole, Role } from './ledger-calls.ts';
import type { Calls, InputOf, OutputOf, RequestMessage, ResponseMessage } from './protocol.ts';

export interface WorkerData {
  readonly role: Role;
  /** The ledger's file. */
  readonly path: string;
}

/** Makes a thread; tests put their own in its place. */
export type StartWorker = (path: string, data: WorkerData) => Worker;

export const startWorker: StartWorker = (path, data) => new Worker(path, { workerData: data });

/** What every thread of a ledger is started with. */
export interface ThreadOptions {
  /** The ledger's file. */
  readonly file: string;
  /** Null where there is no bundle to lie beside. */
  readonly workerPath: string | null;
  readonly startWorker: StartWorker;
}

/** Starts a thread. Throws a {@link LedgerFailure} if its program is missing. */
export function startThread<R extends Role>(
  role: R,
  { file, workerPath, startWorker: start }: ThreadOptions,
  onGone: (reason: LedgerFailure, rpc: WorkerRpc<CallsOfRole[R]>) => void,
): WorkerRpc<CallsOfRole[R]> {
  if (workerPath === null || !existsSync(workerPath)) {
    const path = workerPath ?? 'no build';
    throw new LedgerFailure('other', `The ledger's program is missing (${path}).`);
  }
  return new WorkerRpc<CallsOfRole[R]>(start(workerPath, { role, path: file }), onGone);
}

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The main thread's end of one worker: calls with their answers. Once the thread is gone, every
 * call that waits and every further one fails; `onGone` is told once, with the reason.
 */
export class WorkerRpc<C extends Calls> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #next = 1;
  #gone: LedgerFailure | null = null;

  constructor(worker: Worker, onGone: (reason: LedgerFailure, rpc: WorkerRpc<C>) => void) {
    this.#worker = worker;
    let reason = 'its thread ended';
    worker.on('message', (message: ResponseMessage) => this.#onMessage(message));
    worker.on('messageerror', (error) => (reason = error.message));
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#gone = new LedgerFailure('other', `The ledger stopped (${reason}).`);
        for (const { reject } of this.#waiting.values()) reject(this.#gone);
        this.#waiting.clear();
        onGone(this.#gone, this);
        resolve();
      });
    });
  }

  /** Rejects with a {@link LedgerFailure}. */
  call<K extends keyof C & string>(name: K, input: InputOf<C, K>): Promise<OutputOf<C, K>> {
    return this.#send(name, input) as Promise<OutputOf<C, K>>;
  }

  /** Lets the thread end by itself. False if it has not within the limit; it is left alone then. */
  async close(limitMs: number): Promise<boolean> {
    if (this.#gone !== null) return true;
    const closed = this.#send('close', undefined).catch(() => undefined);
    const done = await within(
      limitMs,
      closed.then(() => this.#exited),
    );
    if (!done) this.#worker.unref();
    return done;
  }

  #send(op: string, input: unknown): Promise<unknown> {
    if (this.#gone !== null) return Promise.reject(this.#gone);
    const call = this.#next++;
    const message: RequestMessage = { call, op, input };
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#worker.postMessage(message);
    });
  }

  #onMessage(message: ResponseMessage): void {
    const waiting = this.#waiting.get(message.call);
    this.#waiting.delete(message.call);
    if (waiting === undefined) return;
    if ('failure' in message) {
      waiting.reject(new LedgerFailure(message.failure.kind, message.failure.message));
    } else {
      waiting.resolve(message.output);
    }
  }
}
