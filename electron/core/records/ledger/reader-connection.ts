import type { FileCalls, ReaderCalls } from './ledger-calls.ts';
import type { InputOf, OutputOf } from './protocol.ts';
import { startThread } from './worker-rpc.ts';
import type { ThreadOptions, WorkerRpc } from './worker-rpc.ts';

/** The reader thread, which starts with the first query, and threads for tasks on whole files. */
export class ReaderConnection {
  readonly #options: ThreadOptions;
  #rpc: WorkerRpc<ReaderCalls> | null = null;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  async call<K extends keyof ReaderCalls>(
    name: K,
    input: InputOf<ReaderCalls, K>,
  ): Promise<OutputOf<ReaderCalls, K>> {
    this.#rpc ??= startThread('reader', this.#options, (_, gone) => {
      if (this.#rpc === gone) this.#rpc = null;
    });
    return this.#rpc.call(name, input);
  }

  /** Runs one task in its own thread, so that queries do not wait for it. */
  async file<K extends keyof FileCalls>(
    name: K,
    input: InputOf<FileCalls, K>,
  ): Promise<OutputOf<FileCalls, K>> {
    const rpc = startThread('file', this.#options, () => undefined);
    try {
      return await rpc.call(name, input);
    } finally {
      void rpc.close(60_000);
    }
  }

  /** The next query starts a new thread. */
  async close(limitMs: number): Promise<void> {
    const rpc = this.#rpc;
    this.#rpc = null;
    await rpc?.close(limitMs);
  }
}
