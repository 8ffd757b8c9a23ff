/** The baseline follows the power of about this much idle time, milliseconds. */
const FOLLOWED_MS = 10_000;
/** Idle time before the baseline is known, milliseconds. */
const LEARNT_MS = 2_000;
/** A GPU stays at high clocks for a while after work. This time is not learnt from, milliseconds. */
const COOLING_MS = 2_000;
/** A device with more load than this while nothing runs is used by something else, percent. */
export const MAX_IDLE_UTILIZATION = 5;

/** The running mean of idle power in one state of the device. */
class Mean {
  #watts = 0;
  #ms = 0;

  /** Watts; null before enough idle time was seen. */
  get watts(): number | null {
    return this.#ms < LEARNT_MS ? null : this.#watts;
  }

  add(ms: number, watts: number): void {
    this.#ms += ms;
    const weight = Math.min(1, Math.max(ms / FOLLOWED_MS, ms / this.#ms));
    this.#watts += (watts - this.#watts) * weight;
  }
}

/**
 * The power of a device while no exchange runs, apart for the time without and with a loaded model,
 * because a loaded model keeps many GPUs at a higher power. Both follow changes.
 */
export class IdleBaseline {
  readonly #empty = new Mean();
  readonly #loaded = new Mean();
  #idleSince: number | null = null;
  #hasModel: boolean | null = null;

  /** Tells whether a model is loaded from now on; null if unknown. */
  set hasModel(hasModel: boolean | null) {
    // The GPU takes a while to change its power.
    if (hasModel !== this.#hasModel) this.#idleSince = null;
    this.#hasModel = hasModel;
  }

  /** Watts without a loaded model; null until that was seen. */
  get emptyWatts(): number | null {
    return this.#empty.watts;
  }

  /** Watts with a loaded model that waits; null until that was seen. */
  get loadedWatts(): number | null {
    return this.#loaded.watts;
  }

  /** Watts in the present state, or in the other one if only that is known; null if neither is. */
  get watts(): number | null {
    const { watts } = this.#present;
    return watts ?? this.#empty.watts ?? this.#loaded.watts;
  }

  /**
   * Watts that a loaded model costs while it waits; null until both states were seen. Not below 0,
   * because the difference of two similar powers is mostly the sensor's error.
   */
  get phantomWatts(): number | null {
    const [empty, loaded] = [this.#empty.watts, this.#loaded.watts];
    return empty === null || loaded === null ? null : Math.max(0, loaded - empty);
  }

  /** The part of {@link watts} that the loaded model costs; 0 without one, null if unknown. */
  get presentPhantomWatts(): number | null {
    if (this.#hasModel === null) return null;
    return this.#hasModel ? this.phantomWatts : 0;
  }

  /** Takes the power of a span without exchanges. `utilization` is in percent, null if unknown. */
  idle(at: number, ms: number, watts: number, utilization: number | null): void {
    if ((utilization ?? 0) > MAX_IDLE_UTILIZATION) {
      this.#idleSince = null;
      return;
    }
    this.#idleSince ??= at;
    if (at - this.#idleSince >= COOLING_MS) this.#present.add(ms, watts);
  }

  /** An exchange ran. */
  busy(): void {
    this.#idleSince = null;
  }

  /** Where it is not known whether a model is loaded, the power counts as that without one. */
  get #present(): Mean {
    return this.#hasModel === true ? this.#loaded : this.#empty;
  }
}
