import type { FileCalls, ReaderCalls } from './ledger-calls.ts';
import type { InputOf, OutputOf } from './protocol.ts';
import { startThread } from './worker-rpc.ts';
import type { ThreadOptions, WorkerRpc } from './worker-rpc.ts';

/** How long the thread waits for another query, milliseconds. It starts in a tenth of a second. */
const IDLE_MS = 60_000;
/** Longest time for an idle thread, or one with a finished task, to end, milliseconds. */
const END_MS = 60_000;

/**
 * The reader thread, which starts with the first query, and threads for tasks on whole files. It ends
 * when nobody asks, because an idle thread keeps a heap and a cache of some megabytes.
 */
export class ReaderConnection {
  readonly #options: ThreadOptions;
  readonly #idleMs: number;
  #rpc: WorkerRpc<ReaderCalls> | null = null;
  #asked = 0;
  #end: NodeJS.Timeout | null = null;

  constructor(options: ThreadOptions, idleMs = IDLE_MS) {
    this.#options = options;
    this.#idleMs = idleMs;
  }

  async call<K extends keyof ReaderCalls>(
    name: K,
    input: InputOf<ReaderCalls, K>,
  ): Promise<OutputOf<ReaderCalls, K>> {
    this.#rpc ??= startThread('reader', this.#options, (_, gone) => {
      if (this.#rpc === gone) this.#rpc = null;
    });
    this.#asked += 1;
    try {
      return await this.#rpc.call(name, input);
    } finally {
      this.#asked -= 1;
      this.#endWhenIdle();
    }
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
      void rpc.close(END_MS);
    }
  }

  #endWhenIdle(): void {
    if (this.#end !== null) clearTimeout(this.#end);
    this.#end = setTimeout(() => {
      if (this.#asked === 0) void this.close(END_MS);
    }, this.#idleMs).unref();
  }

  /** The next query starts a new thread. */
  async close(limitMs: number): Promise<void> {
    if (this.#end !== null) clearTimeout(this.#end);
    const rpc = this.#rpc;
    this.#rpc = null;
    await rpc?.close(limitMs);
  }
}
