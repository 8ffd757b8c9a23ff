import type { GpuRanges, GpuState } from '../../../../shared/gpu.ts';
import { sentence } from '../../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { LiveExchange } from '../../../../shared/live-exchange.ts';
import { TokwattError } from '../../errors.ts';
import { CaptureSender } from './capture-sender.ts';
import type { CaptureContent } from '../../meter/capture-content.ts';
import type { DeviceEnergy } from './device-energy.ts';
import { WriterConnection } from './writer-connection.ts';
import type { Episode } from './episode-query.ts';
import { LedgerFailure, messageIn, onFile } from './failures.ts';
import type { StoredInsight } from './insights.ts';
import type { Ledger, LedgerOptions, LedgerState } from './ledger.ts';
import type { ReaderCalls, WriterCalls } from './ledger-calls.ts';
import type { ThreadOptions } from './worker-rpc.ts';
import type { InputOf, OutputOf } from './protocol.ts';
import { DEFAULT_RETENTION } from './query-schemas.ts';
import type { Clear, Retention } from './query-schemas.ts';
import { LedgerQueries } from './ledger-queries.ts';
import { ReaderConnection } from './reader-connection.ts';
import { LedgerStatus } from './ledger-status.ts';
import { DEFAULT_QUEUE_LIMITS } from './queue-limits.ts';
import { WriteQueue } from './write-queue.ts';

const CLOSE_MS = 3_000;

export type ThreadedOptions = Omit<LedgerOptions, keyof ThreadOptions> & ThreadOptions;

/** {@link Ledger} over a writing and a reading thread. */
export class ThreadedLedger extends LedgerQueries implements Ledger {
  readonly ready: Promise<void>;
  readonly #options: ThreadedOptions;
  readonly #queue: WriteQueue;
  readonly #writer: WriterConnection;
  readonly #reader: ReaderConnection;
  readonly #status: LedgerStatus;
  #lastId: number | null = null;
  #retention: Retention;
  #lasting = false;
  readonly #captures: CaptureSender;
  #ollama: readonly string[] = [];
  /** True while the file is being replaced; nothing may read it then. */
  #exchange: Promise<void> | null = null;

  constructor(options: ThreadedOptions) {
    super();
    this.#options = options;
    this.#retention = options.retention ?? DEFAULT_RETENTION;
    this.#status = new LedgerStatus(options, () => options.onState?.(this.state));
    const { file, workerPath, startWorker } = options;
    this.#reader = new ReaderConnection({ file, workerPath, startWorker });
    this.#writer = new WriterConnection({
      ...{ file, workerPath, startWorker },
      retention: () => this.#retention,
      ...(options.queue?.retryMs === undefined ? {} : { retryMs: options.queue.retryMs }),
      onOpen: (opened) => this.#onOpen(opened),
      onFailure: (failure, lasting) => this.#onClosed(failure, lasting),
    });
    this.#captures = new CaptureSender(this.#writer, options);
    this.#queue = new WriteQueue(
      { ...DEFAULT_QUEUE_LIMITS, ...options.queue },
      {
        store: (batch) => this.#writer.call('append', batch),
        onCommitted: (records) => this.#onCommitted(records),
        onDropped: (records, why) => this.#onDropped(records, why),
        onFailure: (failure) => this.#onFailure(failure),
        onSuccess: () => this.#status.set('ok', null),
      },
    );
    this.ready = this.#writer.open();
  }

  get state(): LedgerState {
    const { waiting, dropped } = this.#queue;
    return { ...this.#status.current, waiting, dropped };
  }

  lastId(): number | null {
    return this.#lastId;
  }

  lastCompleteId(): number | null {
    return this.#lastId === null ? null : Math.min(this.#lastId, this.#queue.firstIncompleteId - 1);
  }

  append(record: ActivityRecord, isComplete = true): void {
    this.#queue.append(record, isComplete);
    if (this.#lasting) this.#queue.dropAll();
  }

  complete(record: ActivityRecord): void {
    this.#queue.complete(record);
  }

  appendGpu(state: GpuState, ranges: readonly (GpuRanges | null)[] = []): void {
    if (!this.#lasting) this.#queue.appendGpu(state, ranges);
  }

  appendDeviceEnergy(samples: readonly DeviceEnergy[]): void {
    if (!this.#lasting) this.#queue.appendEnergy(samples);
  }

  noteInFlight(exchanges: readonly LiveExchange[], isMetering: boolean): void {
    if (!this.#lasting) this.#queue.noteInFlight(Date.now(), exchanges, isMetering);
  }

  flush(): Promise<void> {
    return this.#queue.drain(CLOSE_MS);
  }

  saveCapture(id: number, at: number, content: CaptureContent): Promise<boolean> {
    return this.#captures.save(id, at, content);
  }

  saveInsights(insights: readonly StoredInsight[]): void {
    void this.#writer.tell('saveInsights', insights);
  }

  saveEpisodes(episodes: readonly Episode[]): Promise<void> {
    return this.#writer.tell('saveEpisodes', episodes);
  }

  setRetention(retention: Retention): void {
    this.#retention = retention;
    void this.#writer.tell('setRetention', retention);
  }

  noteOllama(upstreams: readonly string[]): void {
    this.#ollama = upstreams;
    void this.#tellOllama();
  }

  async clear(what: Clear): Promise<void> {
    await this.#wrapped(() => this.#writer.call('clear', what));
  }

  backup(target: string): Promise<{ readonly bytes: number }> {
    return this.#wrapped(() => onFile(this.#reader.file('backup', target)));
  }

  async importBackup(file: string): Promise<{ readonly rows: number; readonly setAside: string }> {
    return this.#wrapped(async () => {
      const now = Date.now();
      const { incoming, rows } = await onFile(this.#reader.file('checkImport', { file, now }));
      await this.#queue.drain(CLOSE_MS);
      return this.#exchangeFile(async () => {
        const { lastId, setAside } = await this.#writer.call('replace', incoming);
        this.#lastId = lastId;
        void this.#tellOllama();
        this.#options.onReplaced?.({ lastId });
        return { rows, setAside };
      });
    });
  }

  async close(limitMs: number = CLOSE_MS): Promise<void> {
    const until = performance.now() + limitMs;
    const left = (): number => Math.max(100, until - performance.now());
    await this.#queue.drain(limitMs * 0.7);
    this.#queue.stop();
    await this.#reader.close(left());
    await this.#writer.close(left());
  }

  async #exchangeFile<T>(exchange: () => Promise<T>): Promise<T> {
    await this.#exchange;
    await this.#queue.pause();
    let done = (): void => undefined;
    this.#exchange = new Promise((resolve) => (done = resolve));
    try {
      await this.#reader.close(CLOSE_MS);
      return await exchange();
    } finally {
      this.#exchange = null;
      done();
      if (this.#writer.opened) this.#queue.resume();
    }
  }

  protected async read<K extends keyof ReaderCalls>(
    name: K,
    input: InputOf<ReaderCalls, K>,
  ): Promise<OutputOf<ReaderCalls, K>> {
    await this.ready;
    await this.#exchange;
    return this.#wrapped(() => this.#reader.call(name, input));
  }

  async #wrapped<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#writer.opened) {
      const { message: text, messageSentence } = this.#status.current;
      const message = messageSentence ?? text ?? sentence('ledger_not_open');
      throw new TokwattError('ledger-unavailable', message, { status: 503 });
    }
    try {
      return await work();
    } catch (error) {
      if (error instanceof TokwattError) throw error;
      if (error instanceof LedgerFailure && error.kind === 'corrupt') this.#onFailure(error);
      throw new TokwattError('ledger-failed', messageIn(error), { status: 500, cause: error });
    }
  }

  #onOpen({ setAside, lastId }: OutputOf<WriterCalls, 'open'>): void {
    this.#lastId = lastId;
    if (setAside !== null) {
      this.#status.warn(sentence('ledger_set_aside', { path: setAside }));
    }
    this.#status.set('ok', null);
    this.#queue.resume();
    void this.#tellOllama();
  }

  /** If the file fails meanwhile, it is opened again and the kinds are sent again. */
  async #tellOllama(): Promise<void> {
    if (!this.#writer.opened || this.#ollama.length === 0) return;
    // Waiting rows may have been counted before their upstream was recognised.
    await this.flush();
    await this.#writer.call('noteOllama', this.#ollama).catch((error: unknown) => {
      this.#options.log.debug(
        { error: String(error) },
        'rows with several names of one model could not be merged',
      );
    });
  }

  #onClosed(failure: LedgerFailure, lasting: boolean): void {
    void this.#queue.pause();
    this.#lasting = lasting;
    this.#status.set('degraded', failure.said ?? failure.message);
    if (lasting) this.#queue.dropAll();
  }

  #onFailure(failure: LedgerFailure): void {
    this.#status.set('degraded', failure.said ?? failure.message);
    if (failure.kind !== 'corrupt' || this.#exchange !== null) return;
    void this.#exchangeFile(() => this.#writer.open(true));
  }

  #onCommitted(records: readonly ActivityRecord[]): void {
    this.#lastId = Math.max(this.#lastId ?? 0, records.at(-1)?.id ?? 0);
    this.#options.onCommitted?.(records);
  }

  #onDropped(records: readonly ActivityRecord[], why: 'overflow' | 'rejected'): void {
    if (!this.#lasting) this.#status.warnOfLoss(why);
    this.#options.onDropped?.(records);
  }
}
