import { setTimeout as sleep } from 'node:timers/promises';
import type { GpuState } from '../../../../shared/gpu.ts';
import type { ActivityRecord, LiveExchange } from '../../../../shared/usage.ts';
import { within } from '../../time-limit.ts';
import type { LedgerFailure } from './failures.ts';
import type { GpuSample } from './gpu-samples.ts';
import { PeakMeter } from './in-flight-peaks.ts';
import type { AppendInput, AppendOutput } from './append.ts';
import { flatten } from './rows.ts';

export interface QueueLimits {
  /** Rows that may wait; past it the oldest go. */
  readonly rows: number;
  /** A transaction when so many wait, or when the first has waited so long. */
  readonly batchRows: number;
  readonly flushMs: number;
  /** GPU samples and peaks alone are worth a transaction this seldom. */
  readonly sideFlushMs: number;
  /** Between attempts after a failure; doubled each time up to the second. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
}

export const DEFAULT_QUEUE_LIMITS: QueueLimits = {
  rows: 20_000,
  batchRows: 200,
  flushMs: 1_000,
  sideFlushMs: 10_000,
  retryMs: 1_000,
  maxRetryMs: 15_000,
};

const MAX_GPU_SAMPLES = 600;

export interface QueueHooks {
  /** Stores a batch; rejects if nothing of it may be counted on. */
  readonly store: (batch: AppendInput) => Promise<AppendOutput>;
  /** In the order of ids, each record once, here or in `onDropped`. */
  readonly onCommitted: (records: readonly ActivityRecord[]) => void;
  readonly onDropped: (records: readonly ActivityRecord[], why: 'overflow' | 'rejected') => void;
  readonly onFailure: (failure: LedgerFailure) => void;
  readonly onSuccess: () => void;
}

/**
 * Rows on their way to the ledger. A batch stays at the head of the queue until it is acknowledged,
 * so that records leave in the order of their ids, whether they were stored or had to be dropped:
 * a checkpoint that carries the last id it has seen is then never ahead of a row it has not.
 */
export class WriteQueue {
  readonly #limits: QueueLimits;
  readonly #hooks: QueueHooks;
  readonly #peaks = new PeakMeter();
  #records: ActivityRecord[] = [];
  #gpu: GpuSample[] = [];
  #timer: NodeJS.Timeout | null = null;
  #due = Infinity;
  #sending: Promise<void> | null = null;
  #retryMs = 0;
  #paused = true;
  #dropped = 0;

  constructor(limits: QueueLimits, hooks: QueueHooks) {
    this.#limits = limits;
    this.#hooks = hooks;
  }

  get waiting(): number {
    return this.#records.length;
  }

  /** Rows lost to the ledger so far; their totals are not. */
  get dropped(): number {
    return this.#dropped;
  }

  append(record: ActivityRecord): void {
    this.#records.push(record);
    if (this.#records.length > this.#limits.rows) this.#drop(1, 'overflow');
    const full = this.#records.length >= this.#limits.batchRows;
    // An array of waiting rows longer than a batch means a batch is under way or has failed.
    this.#sendIn(full && this.#retryMs === 0 ? 0 : this.#limits.flushMs);
  }

  appendGpu({ at, gpus }: GpuState): void {
    if (at === null || gpus.length === 0) return;
    this.#gpu.push({ at, gpus });
    if (this.#gpu.length > MAX_GPU_SAMPLES) this.#gpu.shift();
    this.#sendIn(this.#limits.sideFlushMs);
  }

  noteInFlight(now: number, exchanges: readonly LiveExchange[]): void {
    if (this.#peaks.note(now, exchanges)) this.#sendIn(this.#limits.sideFlushMs);
  }

  /** The ledger is open (again): what waits is sent at once. */
  resume(): void {
    this.#paused = false;
    this.#retryMs = 0;
    if (this.#records.length > 0) this.#sendIn(0);
  }

  /** Nothing is sent until `resume`; a batch under way is awaited. */
  async pause(): Promise<void> {
    this.#paused = true;
    await this.#sending;
  }

  /** Gives up everything that waits, as long as the ledger cannot be written by this version. */
  dropAll(): void {
    this.#gpu = [];
    this.#peaks.take();
    if (this.#records.length > 0) this.#drop(this.#records.length, 'overflow');
  }

  /** Sends until what waits now is stored or the time is up; what comes meanwhile is not awaited. */
  async drain(limitMs: number): Promise<void> {
    const until = performance.now() + limitMs;
    const left = (): number => until - performance.now();
    const last = this.#records.at(-1)?.id ?? 0;
    const waits = (): boolean =>
      (this.#records[0]?.id ?? Infinity) <= last || this.#gpu.length > 0 || this.#peaks.size > 0;
    while (!this.#paused && waits() && left() > 0) {
      await within(left(), this.#send());
      if (this.#retryMs > 0) await sleep(Math.min(200, left()));
    }
  }

  /** Stops for good. What still waits is handed back as dropped, for the totals' sake. */
  stop(): void {
    this.#paused = true;
    this.#clearTimer();
    if (this.#records.length > 0) this.#drop(this.#records.length, 'overflow');
  }

  #hasWork(): boolean {
    return this.#records.length + this.#gpu.length > 0 || this.#peaks.size > 0;
  }

  #sendIn(ms: number): void {
    const due = performance.now() + Math.max(ms, this.#retryMs);
    if (this.#paused || this.#sending !== null || due >= this.#due) return;
    this.#clearTimer();
    this.#due = due;
    this.#timer = setTimeout(() => void this.#send(), due - performance.now());
    this.#timer.unref();
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#due = Infinity;
  }

  #send(): Promise<void> {
    this.#clearTimer();
    this.#sending ??= this.#sendBatch().finally(() => {
      this.#sending = null;
      if (this.#paused) return;
      if (this.#records.length >= this.#limits.batchRows) this.#sendIn(0);
      else if (this.#records.length > 0) this.#sendIn(this.#limits.flushMs);
      else if (this.#hasWork()) this.#sendIn(this.#limits.sideFlushMs);
    });
    return this.#sending;
  }

  async #sendBatch(): Promise<void> {
    const records = this.#records.slice(0, this.#limits.batchRows);
    const gpu = this.#gpu;
    const peaks = this.#peaks.take();
    this.#gpu = [];
    try {
      const output = await this.#hooks.store({ rows: records.map(flatten), peaks, gpu });
      this.#retryMs = 0;
      this.#settle(records, new Set(output.rejected));
      this.#hooks.onSuccess();
    } catch (error) {
      this.#retryMs = Math.min(
        Math.max(this.#limits.retryMs, this.#retryMs * 2),
        this.#limits.maxRetryMs,
      );
      this.#gpu = [...gpu, ...this.#gpu].slice(-MAX_GPU_SAMPLES);
      this.#peaks.putBack(peaks);
      this.#hooks.onFailure(error as LedgerFailure);
    }
  }

  /** Some of the batch may have been dropped meanwhile; those were told of already. */
  #settle(batch: readonly ActivityRecord[], rejected: ReadonlySet<number>): void {
    const head = this.#records[0]?.id ?? Infinity;
    const settled = batch.filter(({ id }) => id >= head);
    this.#records.splice(0, settled.length);
    const bad = settled.filter(({ id }) => rejected.has(id));
    if (bad.length === 0) {
      if (settled.length > 0) this.#hooks.onCommitted(settled);
      return;
    }
    // One by one, so that stored and rejected records still leave in the order of their ids.
    for (const record of settled) {
      if (rejected.has(record.id)) this.#report([record], 'rejected');
      else this.#hooks.onCommitted([record]);
    }
  }

  #drop(count: number, why: 'overflow'): void {
    this.#report(this.#records.splice(0, count), why);
  }

  #report(records: readonly ActivityRecord[], why: 'overflow' | 'rejected'): void {
    this.#dropped += records.length;
    this.#hooks.onDropped(records, why);
  }
}
