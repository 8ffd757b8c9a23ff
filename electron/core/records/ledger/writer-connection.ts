import { LedgerFailure } from './failures.ts';
import type { WriterCalls } from './ledger-calls.ts';
import type { InputOf, OutputOf } from './protocol.ts';
import type { Retention } from './query-schemas.ts';
import { startThread } from './worker-rpc.ts';
import type { ThreadOptions, WorkerRpc } from './worker-rpc.ts';

const RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

export interface ConnectionOptions extends ThreadOptions {
  readonly retention: () => Retention;
  readonly retryMs?: number;
  readonly onOpen: (opened: OutputOf<WriterCalls, 'open'>) => void;
  /** `lasting`: the failure will last until the program ends. */
  readonly onFailure: (failure: LedgerFailure, lasting: boolean) => void;
}

/**
 * Keeps the writer thread running and its file open. Failures are retried with growing waits; a
 * crashed thread is started again.
 */
export class WriterConnection {
  readonly #options: ConnectionOptions;
  #rpc: WorkerRpc<WriterCalls> | null = null;
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

  /** Opens the file. Sets a damaged file aside and creates a new one. */
  async open(setAside = false): Promise<void> {
    this.#clearTimer();
    if (this.#stopped) return;
    try {
      this.#opened = false;
      this.#rpc ??= this.#start();
      const retention = this.#options.retention();
      const opened = await this.#rpc.call('open', { setAside, retention });
      this.#opened = true;
      this.#retryMs = 0;
      this.#options.onOpen(opened);
    } catch (error) {
      this.#failed(error instanceof LedgerFailure ? error : startFailure(error));
    }
  }

  /** Rejects with a {@link LedgerFailure}, at once if the file is not open. */
  call<K extends Exclude<keyof WriterCalls, 'open'>>(
    name: K,
    input: InputOf<WriterCalls, K>,
  ): Promise<OutputOf<WriterCalls, K>> {
    if (this.#rpc === null || !this.#opened) {
      return Promise.reject(new LedgerFailure('other', 'The ledger is not open.'));
    }
    return this.#rpc.call(name, input);
  }

  /** Like `call`, but never rejects: the input is lost if the file is not open. */
  async tell<K extends Exclude<keyof WriterCalls, 'open'>>(
    name: K,
    input: InputOf<WriterCalls, K>,
  ): Promise<void> {
    await this.call(name, input).catch(() => undefined);
  }

  async close(limitMs: number): Promise<void> {
    this.#stopped = true;
    this.#opened = false;
    this.#clearTimer();
    await this.#rpc?.close(limitMs);
  }

  #start(): WorkerRpc<WriterCalls> {
    return startThread('writer', this.#options, (why, gone) => {
      if (this.#rpc === gone) this.#rpc = null;
      // While the file is being opened, the waiting call reports the failure.
      if (this.#opened) this.#failed(why);
    });
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
