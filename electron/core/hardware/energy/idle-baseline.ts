/** The baseline follows the power of about this much idle time, milliseconds. */
const FOLLOWED_MS = 10_000;
/** Idle time before the baseline is known, milliseconds. */
const LEARNT_MS = 2_000;
/** A GPU stays at high clocks for a while after work. This time is not learnt from, milliseconds. */
const COOLING_MS = 2_000;
/** A device with more load than this while nothing runs is used by something else, percent. */
const MAX_UTILIZATION = 5;

/**
 * The power of a device while no exchange runs, with or without a loaded model. It follows changes,
 * because a loaded model keeps some GPUs at a higher power.
 */
export class IdleBaseline {
  #watts: number | null = null;
  #learntMs = 0;
  #idleSince: number | null = null;

  /** Watts; null before enough idle time was seen. */
  get watts(): number | null {
    return this.#learntMs < LEARNT_MS ? null : this.#watts;
  }

  /** Takes the power of a span without exchanges. `utilization` is in percent, null if unknown. */
  idle(at: number, ms: number, watts: number, utilization: number | null): void {
    this.#idleSince ??= at;
    if (at - this.#idleSince < COOLING_MS || (utilization ?? 0) > MAX_UTILIZATION) return;
    this.#learntMs += ms;
    const weight = Math.max(ms / FOLLOWED_MS, ms / this.#learntMs);
    this.#watts =
      this.#watts === null ? watts : this.#watts + (watts - this.#watts) * Math.min(1, weight);
  }

  /** An exchange ran. */
  busy(): void {
    this.#idleSince = null;
  }
}
