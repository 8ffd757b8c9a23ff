import type { GpuState } from '../../../shared/gpu.ts';

/** A reading older than this says nothing about now. */
const STALE_MS = 5_000;
/** An exchange may lack readings for this share of its time before its energy counts as unknown. */
const MAX_UNKNOWN_SHARE = 0.1;

/** Where an exchange stood when it began. */
export interface EnergyMark {
  readonly at: number;
  readonly joulesPerExchange: number;
  readonly unknownMs: number;
}

/**
 * Shares the GPUs' power among the exchanges that run at the same time, equally: nobody can tell
 * whose kernels drew it. Power is taken to stay as it was read until the next reading, so every
 * figure is an estimate. What is drawn while nothing runs belongs to no exchange. Times are
 * monotonic milliseconds.
 *
 * One running integral of power per running exchange serves them all: an exchange's energy is how
 * much it grew meanwhile.
 */
export class EnergyMeter {
  #joulesPerExchange = 0;
  #unknownMs = 0;
  #powerW: number | null = null;
  #readAt = 0;
  #active = 0;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** A new reading; power is the sum over the GPUs that report it, unknown if none does. */
  onReading(state: GpuState, now: number): void {
    this.#advance(now);
    const known = state.gpus.map((gpu) => gpu.powerW).filter((power) => power !== null);
    const isLive = state.status === 'live' && known.length > 0;
    this.#powerW = isLive ? known.reduce((sum, power) => sum + power, 0) : null;
    this.#readAt = now;
  }

  /** An exchange begins to use the GPU. */
  begin(now: number): EnergyMark {
    this.#advance(now);
    this.#active += 1;
    return { at: now, joulesPerExchange: this.#joulesPerExchange, unknownMs: this.#unknownMs };
  }

  /** An exchange ends: its joules, or null if too little of its time was read. */
  end(mark: EnergyMark, now: number): number | null {
    this.#advance(now);
    this.#active -= 1;
    const unknown = this.#unknownMs - mark.unknownMs;
    if (unknown >= (now - mark.at) * MAX_UNKNOWN_SHARE) return null;
    return this.#joulesPerExchange - mark.joulesPerExchange;
  }

  #advance(now: number): void {
    // Moments reach us a little out of order: an exchange begins when its head came in.
    if (now <= this.#at) return;
    const knownUntil = this.#powerW === null ? this.#at : this.#readAt + STALE_MS;
    const known = Math.max(0, Math.min(now, knownUntil) - this.#at);
    if (this.#active > 0 && this.#powerW !== null) {
      this.#joulesPerExchange += (this.#powerW * known) / 1_000 / this.#active;
    }
    this.#unknownMs += now - this.#at - known;
    this.#at = now;
  }
}
