import type { Log } from './log.ts';

/** What is paused. */
interface Pausable {
  paused: boolean;
}

/** Whether metering is paused, and until when. A pause lasts no longer than the run. */
export class Pause {
  readonly #log: Log;
  readonly #meter: Pausable;
  readonly #onChange: () => void;
  #until: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** `onChange` is called when metering is paused or resumed, and when the end of a pause changes. */
  constructor(log: Log, meter: Pausable, onChange: () => void) {
    this.#log = log;
    this.#meter = meter;
    this.#onChange = onChange;
  }

  get paused(): boolean {
    return this.#meter.paused;
  }

  /** When it ends by itself, Unix milliseconds; null if only by hand. */
  get until(): number | null {
    return this.#until;
  }

  /** Pauses for `forMs` milliseconds, or until it is resumed (null); or resumes. */
  set(paused: boolean, forMs: number | null = null): void {
    this.stop();
    this.#meter.paused = paused;
    this.#until = paused && forMs !== null ? Date.now() + forMs : null;
    // The timer counts time that passes; setting the clock neither ends nor extends a pause.
    if (paused && forMs !== null) this.#timer = setTimeout(() => this.set(false), forMs).unref();
    const fields = { paused, until: this.#until };
    this.#log.info(fields, paused ? 'metering is paused' : 'metering is resumed');
    this.#onChange();
  }

  /** Ends a pause whose time passed while the system slept, in which the timer stood still. */
  resumeIfDue(): void {
    if (this.#until === null) return;
    this.stop();
    const leftMs = this.#until - Date.now();
    if (leftMs <= 0) this.set(false);
    else this.#timer = setTimeout(() => this.set(false), leftMs).unref();
  }

  /** Ends the timer. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
