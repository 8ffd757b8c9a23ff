import { existsSync } from 'node:fs';
import { LedgerFailure } from './failures.ts';
import { WorkerRpc } from './worker-rpc.ts';
import type { StartWorker } from './worker-rpc.ts';
import type { FileOps, InputOf, OutputOf, ReaderOps, Role } from './protocol.ts';

export interface ReaderConnectionOptions {
  readonly file: string;
  readonly workerPath: string | null;
  readonly startWorker: StartWorker;
}

/** The reading thread, started with the first question; and threads for work on whole files. */
export class ReaderConnection {
  readonly #options: ReaderConnectionOptions;
  #link: WorkerRpc<ReaderOps> | null = null;

  constructor(options: ReaderConnectionOptions) {
    this.#options = options;
  }

  async call<K extends Exclude<keyof ReaderOps, 'close'>>(
    op: K,
    input: InputOf<ReaderOps, K>,
  ): Promise<OutputOf<ReaderOps, K>> {
    this.#link ??= this.#start<ReaderOps>('reader', (link) => {
      if (this.#link === link) this.#link = null;
    });
    return this.#link.call(op, input);
  }

  /** Does one thing in a thread of its own, so that questions need not wait for it. */
  async file<K extends Exclude<keyof FileOps, 'close'>>(
    op: K,
    input: InputOf<FileOps, K>,
  ): Promise<OutputOf<FileOps, K>> {
    const link = this.#start<FileOps>('file', () => undefined);
    try {
      return await link.call(op, input);
    } finally {
      void link.close(60_000);
    }
  }

  /** The next question starts a new thread. */
  async close(limitMs: number): Promise<void> {
    const link = this.#link;
    this.#link = null;
    await link?.close(limitMs);
  }

  #start<Ops extends ReaderOps | FileOps>(
    role: Role,
    onGone: (link: WorkerRpc<Ops>) => void,
  ): WorkerRpc<Ops> {
    const { file, workerPath, startWorker } = this.#options;
    if (workerPath === null || !existsSync(workerPath)) {
      throw new LedgerFailure(
        'other',
        `The ledger's program is missing (${workerPath ?? 'no build'}).`,
      );
    }
    const link: WorkerRpc<Ops> = new WorkerRpc<Ops>(
      startWorker(workerPath, { role, path: file }),
      () => onGone(link),
    );
    return link;
  }
}
