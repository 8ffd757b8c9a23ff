import { setTimeout as sleep } from 'node:timers/promises';
import type { GpuRanges, GpuState } from '../../../../shared/gpu.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { LiveExchange } from '../../../../shared/live-exchange.ts';
import { within } from '../../time-limit.ts';
import type { LedgerFailure } from './failures.ts';
import { Completions } from './completions.ts';
import type { DeviceEnergy } from './device-energy.ts';
import type { GpuSample } from './gpu-samples.ts';
import { MeteringClock } from './metering-spans.ts';
import { PeakMeter } from './in-flight-peaks.ts';
import type { AppendInput, AppendOutput } from './append.ts';
import { flatten } from './rows.ts';
import type { QueueLimits } from './queue-limits.ts';
import { Waiting } from './waiting.ts';

const MAX_GPU_SAMPLES = 600;
/** A day of a few devices. */
const MAX_ENERGY_SAMPLES = 6_000;

export interface QueueHooks {
  /** Stores a batch. Rejects if none of it is certain to be stored. */
  readonly store: (batch: AppendInput) => Promise<AppendOutput>;
  /** Called in the order of ids. Each record is reported once, here or in `onDropped`. */
  readonly onCommitted: (records: readonly ActivityRecord[]) => void;
  readonly onDropped: (records: readonly ActivityRecord[], why: 'overflow' | 'rejected') => void;
  readonly onFailure: (failure: LedgerFailure) => void;
  readonly onSuccess: () => void;
}

/**
 * The queue of rows to be stored in the ledger. A batch stays at the head until it is acknowledged,
 * so records leave in the order of their ids, stored or dropped. A checkpoint with the last id that
 * it has seen is therefore never ahead of a row that it lacks.
 */
export class WriteQueue {
  readonly #limits: QueueLimits;
  readonly #hooks: QueueHooks;
  readonly #peaks = new PeakMeter();
  readonly #metering = new MeteringClock();
  #records: ActivityRecord[] = [];
  readonly #gpu = new Waiting<GpuSample>(MAX_GPU_SAMPLES);
  readonly #completions = new Completions();
  /** Number of records at the head that are being written. */
  #inBatch = 0;
  readonly #energy = new Waiting<DeviceEnergy>(MAX_ENERGY_SAMPLES);
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

  /** Rows that the ledger has lost so far. The totals still count them. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The lowest id of a row without its energy; Infinity if there is none. */
  get firstIncompleteId(): number {
    return this.#completions.firstId;
  }

  append(record: ActivityRecord, isComplete = true): void {
    this.#records.push(record);
    if (!isComplete) this.#completions.await(record.id);
    if (this.#records.length > this.#limits.rows) this.#drop(1, 'overflow');
    const full = this.#records.length >= this.#limits.batchRows;
    // More waiting rows than a batch mean that a batch is in progress or has failed.
    this.#sendIn(full && this.#retryMs === 0 ? 0 : this.#limits.flushMs);
  }

  /** Takes a row again, now with its energy. */
  complete(record: ActivityRecord): void {
    const at = this.#records.findIndex(({ id }) => id === record.id);
    if (at >= this.#inBatch) {
      this.#records[at] = record;
      this.#completions.settle([record]);
    } else if (this.#completions.add(record)) this.#sendIn(this.#limits.flushMs);
  }

  appendGpu({ at, gpus }: GpuState, ranges: readonly (GpuRanges | null)[] = []): void {
    if (at === null || gpus.length === 0) return;
    this.#gpu.add([{ at, gpus, ranges }]);
    this.#sendIn(this.#limits.sideFlushMs);
  }

  appendEnergy(samples: readonly DeviceEnergy[]): void {
    this.#energy.add(samples);
    this.#sendIn(this.#limits.sideFlushMs);
  }

  noteInFlight(now: number, exchanges: readonly LiveExchange[], isMetering: boolean): void {
    const isDue = this.#metering.note(now, isMetering);
    if (this.#peaks.note(now, exchanges) || isDue) this.#sendIn(this.#limits.sideFlushMs);
  }

  /** Call it when the ledger is open (again). Waiting rows are sent at once. */
  resume(): void {
    this.#paused = false;
    this.#retryMs = 0;
    if (this.#records.length > 0) this.#sendIn(0);
  }

  /** Stops sending until `resume`. Waits for a batch in progress. */
  async pause(): Promise<void> {
    this.#paused = true;
    await this.#sending;
  }

  /** Drops all waiting rows while this version cannot write the ledger. */
  dropAll(): void {
    this.#gpu.take();
    this.#energy.take();
    this.#peaks.take();
    if (this.#records.length > 0) this.#drop(this.#records.length, 'overflow');
  }

  /**
   * Sends until the rows waiting now are stored or the time is up. Does not wait for rows added
   * later.
   */
  async drain(limitMs: number): Promise<void> {
    const until = performance.now() + limitMs;
    const left = (): number => until - performance.now();
    const last = this.#records.at(-1)?.id ?? 0;
    const waits = (): boolean => (this.#records[0]?.id ?? Infinity) <= last || this.#hasSideWork();
    while (!this.#paused && waits() && left() > 0) {
      await within(left(), this.#send());
      if (this.#retryMs > 0) await sleep(Math.min(200, left()));
    }
  }

  /** Stops permanently. Reports the waiting rows as dropped, so that the totals count them. */
  stop(): void {
    this.#paused = true;
    this.#clearTimer();
    if (this.#records.length > 0) this.#drop(this.#records.length, 'overflow');
  }

  #hasWork(): boolean {
    return this.#records.length > 0 || this.#hasSideWork();
  }

  #hasSideWork(): boolean {
    const waiting = this.#gpu.length + this.#energy.length + this.#completions.waiting;
    return waiting + this.#peaks.size > 0 || this.#metering.isDue;
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
      else if (this.#records.length + this.#completions.waiting > 0) {
        this.#sendIn(this.#limits.flushMs);
      } else if (this.#hasWork()) this.#sendIn(this.#limits.sideFlushMs);
    });
    return this.#sending;
  }

  async #sendBatch(): Promise<void> {
    const records = this.#records.slice(0, this.#limits.batchRows);
    const gpu = this.#gpu.take();
    const peaks = this.#peaks.take();
    const metering = this.#metering.take();
    const completed = this.#completions.take();
    const energy = this.#energy.take();
    this.#inBatch = records.length;
    const rows = { rows: records.map(flatten), completed: completed.map(flatten) };
    try {
      const output = await this.#hooks.store({ ...rows, peaks, gpu, energy, metering });
      this.#completions.settle(completed);
      this.#retryMs = 0;
      this.#settle(records, new Set(output.rejected));
      this.#hooks.onSuccess();
    } catch (error) {
      this.#retryMs = Math.min(
        Math.max(this.#limits.retryMs, this.#retryMs * 2),
        this.#limits.maxRetryMs,
      );
      this.#gpu.putBack(gpu);
      this.#energy.putBack(energy);
      this.#peaks.putBack(peaks);
      this.#metering.putBack(metering);
      this.#completions.putBack(completed);
      this.#hooks.onFailure(error as LedgerFailure);
    } finally {
      this.#inBatch = 0;
    }
  }

  /**
   * Skips rows of the batch that were dropped during the write, because they were already reported.
   */
  #settle(batch: readonly ActivityRecord[], rejected: ReadonlySet<number>): void {
    const head = this.#records[0]?.id ?? Infinity;
    const settled = batch.filter(({ id }) => id >= head);
    this.#records.splice(0, settled.length);
    const bad = settled.filter(({ id }) => rejected.has(id));
    if (bad.length === 0) {
      if (settled.length > 0) this.#hooks.onCommitted(settled);
      return;
    }
    // Reported one by one, so that stored and rejected records leave in the order of their ids.
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
    this.#completions.settle(records);
    this.#hooks.onDropped(records, why);
  }
}
