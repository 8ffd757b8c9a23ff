// @ts-check
/** The synthetic GPU and its sensors. */

/** @typedef {import('../electron/core/hardware/energy/energy-meter.ts').EnergyMeter} EnergyMeter */

/**
 * How the GPU is read.
 * @typedef {object} SensorModel
 * @property {number} intervalMs time between readings
 * @property {number} [averagingMs] window of which the power is the mean; instantaneous by default
 * @property {boolean} [quarter] the power is measured 25 ms of each 100 ms, as on A100 and H100
 * @property {boolean} [counter] there is an energy counter
 * @property {number} [wrapJoules] where the counter starts again from 0
 * @property {number} [frozenFrom] from this moment on the counter stands still, milliseconds
 * @property {boolean} [edges] it is also read when an exchange begins or ends
 * @property {number} [gaps] share of readings that begin a gap of one to three
 */

export const STEP_MS = 5;
const IDLE_W = 24;
const MAX_W = 420;
const NOISE = 0.02;
const NOISE_W = 1;

/** @param {number} seed @returns {() => number} */
export function randomness(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The GPU: its power follows the load with a delay, and stays higher for a while after it. */
export class Gpu {
  watts = IDLE_W;
  joules = 0;
  #warmMs = 0;
  /** Power of the last second, newest last. @type {number[]} */
  #past = [];

  /** @param {number} work output tokens per second that the load amounts to */
  step(work) {
    if (work > 0) this.#warmMs = 1_500;
    else this.#warmMs = Math.max(0, this.#warmMs - STEP_MS);
    const loaded = 90 + (MAX_W - IDLE_W - 90) * (work / (work + 60));
    const target = IDLE_W + (work > 0 ? loaded : this.#warmMs > 0 ? 20 : 0);
    this.watts += (target - this.watts) * (1 - Math.exp(-STEP_MS / 30));
    this.joules += (this.watts * STEP_MS) / 1_000;
    this.#past.push(this.watts);
    if (this.#past.length > 1_000 / STEP_MS) this.#past.shift();
  }

  /** The mean power before now. @param {number} ms @param {number} [endedMs] how long ago the window ended */
  mean(ms, endedMs = 0) {
    const end = this.#past.length - Math.round(endedMs / STEP_MS);
    const window = this.#past.slice(Math.max(0, end - Math.round(ms / STEP_MS)), Math.max(1, end));
    return window.reduce((sum, watts) => sum + watts, 0) / window.length;
  }
}

/** Reads the GPU as a source does. */
export class Readings {
  #nextAt = 0;
  #missing = 0;
  #counter = 0;
  /** The newest reading's power, for the old method. */
  heldW = 0;

  /** @param {SensorModel} model @param {EnergyMeter} meter @param {() => number} random */
  constructor(model, meter, random) {
    this.model = model;
    this.meter = meter;
    this.random = random;
  }

  /** @param {Gpu} gpu @param {number} now */
  step(gpu, now) {
    const { model } = this;
    // Drivers update the counter more often than it is read.
    if (now % 20 === 0 && now < (model.frozenFrom ?? Infinity)) this.#counter = gpu.joules;
    if (now < this.#nextAt) return;
    this.#nextAt = now + model.intervalMs * (0.95 + 0.1 * this.random());
    if (this.random() < (model.gaps ?? 0)) this.#missing = 1 + Math.floor(this.random() * 3);
    if (this.#missing-- > 0) return;
    this.read(gpu, now);
  }

  /** Reads at once. @param {Gpu} gpu @param {number} now */
  read(gpu, now) {
    const { model } = this;
    const noise = 1 + NOISE * this.#normal();
    const powerW = Math.max(0, this.#watts(gpu, now) * noise + NOISE_W * this.#normal());
    this.heldW = powerW;
    const { wrapJoules = null } = model;
    const counted = wrapJoules === null ? this.#counter : this.#counter % wrapJoules;
    this.meter.onReadings(
      [
        {
          device: 'gpu',
          traits: { averagingMs: model.averagingMs ?? 0, counterRangeJoules: wrapJoules },
          powerW,
          counterJoules: model.counter === true ? Math.floor(counted * 1_000) / 1_000 : null,
          utilizationPercent: null,
          otherShare: null,
        },
      ],
      now,
    );
  }

  /** @param {Gpu} gpu @param {number} now */
  #watts(gpu, now) {
    if (this.model.averagingMs !== undefined) return gpu.mean(this.model.averagingMs);
    return this.model.quarter === true ? gpu.mean(25, now % 100) : gpu.watts;
  }

  #normal() {
    return Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
  }
}
