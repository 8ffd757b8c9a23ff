import { existsSync } from 'node:fs';
import { LedgerFailure } from './failures.ts';
import { WorkerRpc } from './worker-rpc.ts';
import type { StartWorker } from './worker-rpc.ts';
import type { InputOf, OutputOf, WriterOps } from './protocol.ts';
import type { Retention } from './query-schemas.ts';

const RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

export interface ConnectionOptions {
  readonly file: string;
  /** Null where there is no bundle to lie beside. */
  readonly workerPath: string | null;
  readonly startWorker: StartWorker;
  readonly retention: () => Retention;
  readonly retryMs?: number;
  readonly onOpen: (opened: OutputOf<WriterOps, 'open'>) => void;
  /** `lasting`: nothing that happens while the program runs will mend it. */
  readonly onFailure: (failure: LedgerFailure, lasting: boolean) => void;
}

/**
 * Keeps the writer's thread running and its file open: what fails is tried again, slower and
 * slower; a thread that crashed is started anew.
 */
export class WriterConnection {
  readonly #options: ConnectionOptions;
  #link: WorkerRpc<WriterOps> | null = null;
  #opened = false;
  #stopped = false;
  #retryMs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get opened(): boolean {
    return this.#opened;
  }

  /** Opens the file, or sets the one there aside and begins a new one. */
  async open(setAside = false): Promise<void> {
    this.#clearTimer();
    if (this.#stopped) return;
    try {
      this.#opened = false;
      this.#link ??= this.#start();
      const retention = this.#options.retention();
      const opened = await this.#link.call('open', { setAside, retention });
      this.#opened = true;
      this.#retryMs = 0;
      this.#options.onOpen(opened);
    } catch (error) {
      this.#failed(error instanceof LedgerFailure ? error : startFailure(error));
    }
  }

  /** Rejects with a {@link LedgerFailure}, at once if the file is not open. */
  call<K extends Exclude<keyof WriterOps, 'open' | 'close'>>(
    op: K,
    input: InputOf<WriterOps, K>,
  ): Promise<OutputOf<WriterOps, K>> {
    if (this.#link === null || !this.#opened) {
      return Promise.reject(new LedgerFailure('other', 'The ledger is not open.'));
    }
    return this.#link.call(op, input);
  }

  async close(limitMs: number): Promise<void> {
    this.#stopped = true;
    this.#opened = false;
    this.#clearTimer();
    await this.#link?.close(limitMs);
  }

  #start(): WorkerRpc<WriterOps> {
    const { file, workerPath, startWorker } = this.#options;
    if (workerPath === null || !existsSync(workerPath)) {
      throw new LedgerFailure(
        'other',
        `The ledger's program is missing (${workerPath ?? 'no build'}).`,
      );
    }
    const link = new WorkerRpc<WriterOps>(
      startWorker(workerPath, { role: 'writer', path: file }),
      (why) => {
        if (this.#link === link) this.#link = null;
        // While it is being opened, the call that waits has the failure.
        if (this.#opened) this.#failed(why);
      },
    );
    return link;
  }

  #failed(failure: LedgerFailure): void {
    this.#opened = false;
    if (this.#stopped) return;
    const lasting = failure.kind === 'newer' || failure.kind === 'foreign';
    this.#options.onFailure(failure, lasting);
    if (lasting) return;
    const first = this.#options.retryMs ?? RETRY_MS;
    this.#retryMs = Math.min(Math.max(first, this.#retryMs * 2), MAX_RETRY_MS);
    this.#clearTimer();
    this.#timer = setTimeout(() => void this.open(), this.#retryMs);
    this.#timer.unref();
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function startFailure(error: unknown): LedgerFailure {
  const detail = error instanceof Error ? error.message : String(error);
  return new LedgerFailure('other', `The ledger's thread could not be started (${detail}).`, error);
}
