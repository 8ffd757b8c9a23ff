/** Time from one reading to the next while an exchange is in flight, milliseconds: 6 to 7 a second. */
const IN_FLIGHT_MS = 150;
/** How long the pace of the settings is kept after the last exchange. */
const AFTER_MS = 10_000;
/** With nothing to measure, readings are this many times rarer. More would be taken for a gap. */
const IDLE_FACTOR = 3;
/** Exchanges that begin together share one extra reading. */
const EDGE_MS = 50;

/** What is paced. */
export interface PacedReader {
  setIntervalMs(intervalMs: number): void;
  readNow(): void;
}

/**
 * The pace at which GPUs are read follows the work: fast while exchanges that use them are in flight,
 * with one more reading at each edge of an exchange, at the pace of the settings for 10 seconds
 * after, then slowly.
 */
export class SamplingPace {
  readonly #reader: PacedReader;
  #settingMs: number;
  #inFlight = 0;
  #isAfter = false;
  #timer: NodeJS.Timeout | undefined;
  #edgeAt = -Infinity;

  constructor(reader: PacedReader, settingMs: number) {
    this.#reader = reader;
    this.#settingMs = settingMs;
  }

  /** The present time from one reading to the next, milliseconds. */
  get intervalMs(): number {
    if (this.#inFlight > 0) return Math.min(IN_FLIGHT_MS, this.#settingMs);
    return this.#isAfter ? this.#settingMs : this.#settingMs * IDLE_FACTOR;
  }

  set settingMs(settingMs: number) {
    this.#settingMs = settingMs;
    this.#reader.setIntervalMs(this.intervalMs);
  }

  /** Call this when an exchange begins or ends, with the number now in flight. */
  onActivity(inFlight: number): void {
    const wasBusy = this.#inFlight > 0;
    this.#inFlight = inFlight;
    if (wasBusy !== inFlight > 0) this.#change();
    const now = performance.now();
    if (now - this.#edgeAt < EDGE_MS) return;
    this.#edgeAt = now;
    this.#reader.readNow();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #change(): void {
    clearTimeout(this.#timer);
    this.#isAfter = this.#inFlight === 0;
    if (this.#isAfter) {
      this.#timer = setTimeout(() => {
        this.#isAfter = false;
        this.#reader.setIntervalMs(this.intervalMs);
      }, AFTER_MS);
    }
    this.#reader.setIntervalMs(this.intervalMs);
  }
}
