import { sentence } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
import { systemCode } from '../../errors.ts';
import type { MachineFigures, MachinePart, MachineSource } from './machine-source.ts';

/** A figure older than this many intervals is not shown. */
const STALE_INTERVALS = 4;
/** Longest wait before a source that failed is read again, milliseconds. */
const MAX_WAIT_MS = 60_000;
/** Longest wait before a source that tells nothing is read again, milliseconds: a battery may be put in. */
const MAX_EMPTY_WAIT_MS = 30_000;

export interface MachinePollOptions {
  readonly source: MachineSource;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Reads one source again and again, one interval after its last answer, and more rarely the more
 * often it has failed in a row, or told nothing because the machine has no such sensor. A read that hangs
 * delays nothing but itself.
 */
export class MachinePoll {
  readonly #source: MachineSource;
  readonly #now: () => number;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #part: MachinePart = { figures: {}, note: null };
  #at = 0;
  #failures = 0;
  #empty = 0;

  constructor({ source, now }: MachinePollOptions) {
    this.#source = source;
    this.#now = now;
  }

  /** The last figures; none if they are too old. */
  get figures(): Partial<MachineFigures> {
    const isStale = this.#now() - this.#at > this.#source.intervalMs * STALE_INTERVALS;
    return isStale ? {} : this.#part.figures;
  }

  get note(): Sentence | null {
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
      this.#empty = tellsNothing(this.#part) ? this.#empty + 1 : 0;
    } catch (error) {
      const reason = systemCode(error) ?? String(error);
      this.#part = {
        figures: {},
        note: sentence('machine_source_failed', { name: source.name, reason }),
      };
      this.#failures += 1;
    }
    this.#at = this.#now();
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#read(), this.#waitMs);
    this.#timer.unref();
  }

  get #waitMs(): number {
    const { intervalMs } = this.#source;
    if (this.#failures > 0) return grown(intervalMs, this.#failures, MAX_WAIT_MS);
    // The first answer of a counter is no power yet.
    return grown(intervalMs, Math.max(0, this.#empty - 1), MAX_EMPTY_WAIT_MS);
  }
}

/** Twice the interval for each time, up to a limit. */
function grown(intervalMs: number, times: number, limitMs: number): number {
  return Math.min(intervalMs * 2 ** Math.min(times, 10), Math.max(intervalMs, limitMs));
}

function tellsNothing({ figures, note }: MachinePart): boolean {
  return note === null && Object.values(figures).every((figure) => figure === null);
}
