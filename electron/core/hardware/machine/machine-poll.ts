import { systemCode } from '../../errors.ts';
import type { MachineFigures, MachinePart, MachineSource } from './machine-source.ts';

/** A figure older than this many intervals is not shown. */
const STALE_INTERVALS = 4;
/** Longest wait before a source that failed is read again, milliseconds. */
const MAX_WAIT_MS = 60_000;

export interface MachinePollOptions {
  readonly source: MachineSource;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Reads one source again and again, one interval after its last answer, and more rarely the more
 * often it has failed in a row. A read that hangs delays nothing but itself.
 */
export class MachinePoll {
  readonly #source: MachineSource;
  readonly #now: () => number;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #part: MachinePart = { figures: {}, note: null };
  #at = 0;
  #failures = 0;

  constructor({ source, now }: MachinePollOptions) {
    this.#source = source;
    this.#now = now;
  }

  /** The last figures; none if they are too old. */
  get figures(): Partial<MachineFigures> {
    const isStale = this.#now() - this.#at > this.#source.intervalMs * STALE_INTERVALS;
    return isStale ? {} : this.#part.figures;
  }

  get note(): string | null {
    return this.#part.note;
  }

  start(): void {
    void this.#read();
  }

  stop(): void {
    this.#stopped.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    const source = this.#source;
    try {
      this.#part = await source.read(this.#stopped.signal);
      this.#failures = this.#part.note === null ? 0 : this.#failures + 1;
    } catch (error) {
      const reason = systemCode(error) ?? String(error);
      this.#part = { figures: {}, note: `${source.name} failed: ${reason}.` };
      this.#failures += 1;
    }
    this.#at = this.#now();
    if (this.#stopped.signal.aborted) return;
    const wait = source.intervalMs * 2 ** Math.min(this.#failures, 10);
    const limit = Math.max(source.intervalMs, MAX_WAIT_MS);
    this.#timer = setTimeout(() => void this.#read(), Math.min(wait, limit));
    this.#timer.unref();
  }
}
