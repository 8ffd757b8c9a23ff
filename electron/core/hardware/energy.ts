import type { GpuState } from '../../../shared/gpu.ts';

/** A power reading older than this is not used, milliseconds. */
const STALE_MS = 5_000;
/** If readings are missing for a larger share of its time, an exchange's energy is unknown. */
const MAX_UNKNOWN_SHARE = 0.1;

/** The integral's value when an exchange began. */
export interface EnergyMark {
  readonly at: number;
  readonly joulesPerExchange: number;
  readonly unknownMs: number;
}

/**
 * Shares the GPUs' power equally among the exchanges that run at the same time, because drivers do
 * not tell power by process. Each reading is held until the next one, so every figure is an estimate.
 * Power drawn while nothing runs is attributed to no exchange. Times are monotonic milliseconds.
 *
 * One integral of power divided by running exchanges serves all of them: an exchange's energy is the
 * integral's growth during the exchange.
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

  /** Takes a reading. Power is the sum of all GPUs that report it, unknown if none does. */
  onReading(state: GpuState, now: number): void {
    this.#advance(now);
    const known = state.gpus.map((gpu) => gpu.powerW).filter((power) => power !== null);
    const isLive = state.status === 'live' && known.length > 0;
    this.#powerW = isLive ? known.reduce((sum, power) => sum + power, 0) : null;
    this.#readAt = now;
  }

  /** Call this when an exchange begins to use the GPU. */
  begin(now: number): EnergyMark {
    this.#advance(now);
    this.#active += 1;
    return { at: now, joulesPerExchange: this.#joulesPerExchange, unknownMs: this.#unknownMs };
  }

  /** Call this when an exchange ends. Returns joules, or null if too few readings cover it. */
  end(mark: EnergyMark, now: number): number | null {
    this.#advance(now);
    this.#active -= 1;
    const unknown = this.#unknownMs - mark.unknownMs;
    if (unknown >= (now - mark.at) * MAX_UNKNOWN_SHARE) return null;
    return this.#joulesPerExchange - mark.joulesPerExchange;
  }

  #advance(now: number): void {
    // Times arrive slightly out of order: an exchange's begin is the time of its request head.
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
