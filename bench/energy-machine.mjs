// @ts-check
/**
 * A synthetic machine with a GPU, exchanges and sensors, whose true energy is known. The energy
 * meter sees only what it would see of a real machine: requests, content and readings.
 */

import { Gpu, Readings, STEP_MS, randomness } from './energy-sensors.mjs';

/** @typedef {import('./energy-sensors.mjs').SensorModel} SensorModel */
/** @typedef {import('../electron/core/hardware/energy/energy-meter.ts').EnergyMeter} EnergyMeter */
/** @typedef {import('../electron/core/hardware/energy/energy-account.ts').EnergyAccount} EnergyAccount */
/** @typedef {import('../electron/core/hardware/energy/energy-account.ts').EnergyFigure} EnergyFigure */

/**
 * What runs on the GPU.
 * @typedef {object} LoadModel
 * @property {number} exchanges
 * @property {number} atOnce most exchanges at the same time
 * @property {number} pauseMs mean pause before the next exchange of the same client
 * @property {number} [alone] exchanges that run one after the other before the others
 * @property {number} promptWeight true energy of a prompt token as a share of that of an output token
 * @property {boolean} [inTurn] the server processes one request at a time; the others wait
 * @property {boolean} [isBlind] the meter sees neither prompts nor content, so that it can only divide equally
 */

/**
 * One exchange. `true*` is what the machine knows; the figures are the meter's.
 * @typedef {object} Run
 * @property {number} client
 * @property {number} begunAt
 * @property {number} promptTokens
 * @property {number} outputTokens
 * @property {boolean} isStreamed
 * @property {number} prompted
 * @property {number} generated
 * @property {number | null} endedAt
 * @property {number} trueJoules
 * @property {number} truePrefill
 * @property {number} oldJoules what holding the power and dividing it equally gives
 * @property {EnergyAccount} account
 * @property {() => EnergyFigure | null} figure what the meter reported after the end
 */

const PROMPT_RATE = 2_500;
const OUTPUT_RATE = 70;
const WARM_UP_MS = 8_000;

/** The exchanges of some clients, each of which sends one after the other. */
class Load {
  /** @type {Run[]} */
  running = [];
  /** @type {Run[]} */
  finished = [];
  /** When each client sends its next request. @type {number[]} */
  #next;

  /** @param {LoadModel} model @param {EnergyMeter} meter @param {() => number} random */
  constructor(model, meter, random) {
    this.model = model;
    this.meter = meter;
    this.random = random;
    this.#next = Array.from({ length: model.atOnce }, () => WARM_UP_MS + random() * 6_000);
  }

  /** @param {number} now */
  begin(now) {
    this.#next.forEach((at, client) => {
      const begun = this.running.length + this.finished.length;
      const mustWait = begun < (this.model.alone ?? 0) && this.running.length > 0;
      if (now < at || mustWait) return;
      this.#next[client] = Infinity;
      if (begun >= this.model.exchanges) return;
      this.running.push(this.#run(client, now));
    });
  }

  /** @param {number} client @param {number} now @returns {Run} */
  #run(client, now) {
    const promptTokens = Math.round(50 * 60 ** this.random());
    const isStreamed = this.random() < 0.9 && !this.model.isBlind;
    const run = {
      ...{ client, begunAt: now, promptTokens, isStreamed, prompted: 0, generated: 0 },
      outputTokens: Math.round(20 * 25 ** this.random()),
      ...{ endedAt: null, trueJoules: 0, truePrefill: 0, oldJoules: 0 },
    };
    /** @type {EnergyFigure | null} */
    let figure = null;
    const account = this.meter.begin(
      now,
      {
        // The meter knows the prompt from its bytes only.
        promptTokens: () => (this.model.isBlind ? null : promptTokens * 1.1),
        promptRate: () => null,
        // A server that has a queue reports how long it processed the prompt.
        prefillMs: () =>
          this.model.inTurn && !this.model.isBlind ? (promptTokens / PROMPT_RATE) * 1_000 : null,
        isStreamed: () => isStreamed,
      },
      (one) => (figure = one),
    );
    return { ...run, account, figure: () => figure };
  }

  /** Lets each exchange work for a step. Returns what each did, in output tokens. @param {number} now */
  work(now) {
    const active = this.model.inTurn ? this.running.slice(0, 1) : this.running;
    const prefilling = active.filter((run) => run.prompted < run.promptTokens).length;
    const decoding = active.length - prefilling;
    const seconds = STEP_MS / 1_000;
    const promptRate = PROMPT_RATE / Math.max(1, prefilling);
    const outputRate = (OUTPUT_RATE / (1 + decoding * 0.04)) * (prefilling > 0 ? 0.6 : 1);
    return this.running.map((run) => {
      if (!active.includes(run)) return 0;
      if (run.prompted < run.promptTokens) {
        run.prompted = Math.min(run.promptTokens, run.prompted + promptRate * seconds);
        if (run.prompted >= run.promptTokens && run.isStreamed) run.account.work.content(1, now);
        return promptRate * seconds * this.model.promptWeight;
      }
      const before = Math.floor(run.generated);
      run.generated = Math.min(run.outputTokens, run.generated + outputRate * seconds);
      const tokens = Math.floor(run.generated) - before;
      if (tokens > 0 && run.isStreamed) run.account.work.content(tokens, now);
      return outputRate * seconds;
    });
  }

  /** @param {number} now */
  end(now) {
    const over = this.running.filter((run) => run.generated >= run.outputTokens);
    for (const run of over) {
      if (!run.isStreamed && !this.model.isBlind) run.account.work.content(run.outputTokens, now);
      run.endedAt = now;
      this.meter.end(run.account, now);
      this.#next[run.client] = now + this.model.pauseMs * (0.5 + this.random());
      this.finished.push(run);
    }
    this.running = this.running.filter((run) => run.endedAt === null);
  }
}

/**
 * Runs the machine until all exchanges have ended, and some idle time after that.
 * @param {{ sensor: SensorModel, load: LoadModel, meter: EnergyMeter, seed: number }} options
 * @returns {{ runs: Run[], trueJoules: number }} `trueJoules` is that of the GPU since the start
 */
export function simulate({ sensor, load: model, meter, seed }) {
  const random = randomness(seed);
  const gpu = new Gpu();
  const load = new Load(model, meter, random);
  const readings = new Readings(sensor, meter, random);
  let now = 0;
  let left = 8_000;
  while (left > 0) {
    now += STEP_MS;
    const running = load.running.length;
    load.begin(now);
    const work = load.work(now);
    const sum = work.reduce((total, one) => total + one, 0);
    const before = gpu.joules;
    gpu.step((sum / STEP_MS) * 1_000);
    load.running.forEach((run, i) => {
      const joules = sum === 0 ? 0 : (gpu.joules - before) * ((work[i] ?? 0) / sum);
      run.trueJoules += joules;
      if (run.generated === 0) run.truePrefill += joules;
      run.oldJoules += (readings.heldW * STEP_MS) / 1_000 / load.running.length;
    });
    load.end(now);
    readings.step(gpu, now);
    if (sensor.edges && load.running.length !== running) readings.read(gpu, now);
    if (load.finished.length >= model.exchanges) left -= STEP_MS;
  }
  return { runs: load.finished, trueJoules: gpu.joules };
}
