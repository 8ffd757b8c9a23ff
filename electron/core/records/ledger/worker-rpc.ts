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

/** Creates a thread; tests replace it. */
export type StartWorker = (path: string, data: WorkerData) => Worker;

export const startWorker: StartWorker = (path, data) => new Worker(path, { workerData: data });

/** The options with which every ledger thread starts. */
export interface ThreadOptions {
  /** The ledger's file. */
  readonly file: string;
  /** Null if there is no bundle. */
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
 * The main thread's connection to one worker: calls and their answers. After the thread has ended,
 * all waiting and further calls fail, and `onGone` is called once with the reason.
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

  /**
   * Lets the thread end by itself. Returns false if it has not ended within the limit; it then
   * continues.
   */
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
      const { kind, message: text, said } = message.failure;
      waiting.reject(new LedgerFailure(kind, said ?? text));
    } else {
      waiting.resolve(message.output);
    }
  }
}
