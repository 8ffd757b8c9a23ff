import { sentence } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import type { GpuSource, GpuSourceEvents, SourceReading } from './source.ts';

export interface PolledSourceOptions {
  readonly name: string;
  readonly lookedFor: Message;
  /** What an empty result means, as a phrase: `the amdgpu driver has no card`. */
  readonly nothing: Message;
  /**
   * Least time from an answer to the next question, milliseconds, for one that costs much. Such a
   * source does not read on demand either.
   */
  readonly minIntervalMs?: number;
  /** `intervalMs` is the present time from one reading to the next. */
  read(intervalMs: number): Promise<readonly SourceReading[]>;
}

/**
 * A source without a stream. It is read again one interval after the previous answer. While a read
 * hangs no second one starts, not even in a new run: each could block one of Node's few
 * file-system threads for good.
 */
export function createPolledSource(options: PolledSourceOptions): GpuSource {
  const reader = new ExclusiveReader(options);
  return {
    name: options.name,
    lookedFor: options.lookedFor,
    open(events, intervalMs) {
      const run = new PollingRun(reader, options, events, intervalMs);
      run.start();
      return {
        stop() {
          run.stop();
          return Promise.resolve();
        },
        setIntervalMs: (next) => run.setIntervalMs(next),
        ...(options.minIntervalMs === undefined ? { readNow: () => run.readNow() } : {}),
      };
    },
  };
}

/** Allows one read at a time, across runs. */
class ExclusiveReader {
  readonly #options: PolledSourceOptions;
  isReading = false;

  constructor(options: PolledSourceOptions) {
    this.#options = options;
  }

  async read(intervalMs: number): Promise<readonly SourceReading[]> {
    this.isReading = true;
    try {
      return await this.#options.read(intervalMs);
    } finally {
      this.isReading = false;
    }
  }
}

class PollingRun {
  readonly #reader: ExclusiveReader;
  readonly #options: PolledSourceOptions;
  readonly #events: GpuSourceEvents;
  #intervalMs: number;
  #isStopped = false;
  /** A reading was wanted during the last one. */
  #isDue = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    reader: ExclusiveReader,
    options: PolledSourceOptions,
    events: GpuSourceEvents,
    intervalMs: number,
  ) {
    this.#reader = reader;
    this.#options = options;
    this.#events = events;
    this.#intervalMs = this.#allowed(intervalMs);
  }

  /** The first read waits for a timer, because `open` must return before any event. */
  start(): void {
    this.#schedule(0);
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  setIntervalMs(intervalMs: number): void {
    const allowedMs = this.#allowed(intervalMs);
    if (allowedMs === this.#intervalMs) return;
    this.#intervalMs = allowedMs;
    // During a read, the next one is scheduled at the new pace anyway.
    if (this.#timer === null || this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#schedule(allowedMs);
  }

  #allowed(intervalMs: number): number {
    return Math.max(intervalMs, this.#options.minIntervalMs ?? 0);
  }

  /** During a read, the next one follows at once. */
  readNow(): void {
    if (this.#isStopped) return;
    if (this.#timer === null) {
      this.#isDue = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#schedule(0);
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#poll(), delayMs);
  }

  async #poll(): Promise<void> {
    const { name, nothing } = this.#options;
    this.#timer = null;
    if (this.#reader.isReading) {
      this.#end(sentence('source_busy', { name }));
      return;
    }
    const gpus = await this.#reader.read(this.#intervalMs).catch((error: unknown) => {
      this.#end(sentence('source_failed', { name, words: String(error) }));
      return null;
    });
    if (gpus === null || this.#isStopped) return;
    if (gpus.length === 0) {
      this.#end(nothing);
      return;
    }
    this.#schedule(this.#isDue ? 0 : this.#intervalMs);
    this.#isDue = false;
    this.#events.readings(gpus);
  }

  #end(note: Message): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#events.ended(note);
  }
}
