// @ts-check
/** The sensors and loads with which the energy meter is compared with the truth. */
import { simulate } from './energy-machine.mjs';
import { median, quantile } from './statistics.mjs';

/**
 * @typedef {import('./energy-sensors.mjs').SensorModel} SensorModel
 * @typedef {import('./energy-machine.mjs').LoadModel} LoadModel
 * @typedef {import('./energy-machine.mjs').Run} Run
 * @typedef {import('../electron/core/hardware/energy/energy-meter.ts').EnergyMeter} EnergyMeter
 */

/**
 * Relative errors of the energies of exchanges, as shares of the true energy.
 * @typedef {object} Errors
 * @property {number} count exchanges of at least half a second
 * @property {number} unknown of these, those of which less than 90 % was measured
 * @property {number} median
 * @property {number} p90 90th percentile
 * @property {number} held median of holding the last power and dividing it equally
 * @property {number} total of the device: all that was counted against the truth
 */

/** @type {Record<string, SensorModel>} */
export const SENSORS = {
  'counter, 5/s': { intervalMs: 200, counter: true, quarter: true },
  'counter, 5/s and at edges': { intervalMs: 200, counter: true, edges: true },
  'counter that wraps, 5/s': { intervalMs: 200, counter: true, wrapJoules: 4_295 },
  'counter, 5/s, with gaps': { intervalMs: 200, counter: true, quarter: true, gaps: 0.02 },
  'counter that freezes, 5/s': { intervalMs: 200, counter: true, frozenFrom: 20_000 },
  'power, 5/s': { intervalMs: 200 },
  'power, 5/s and at edges': { intervalMs: 200, edges: true },
  'power of 25 % of the time, 5/s': { intervalMs: 200, quarter: true },
  'power, mean of 1 s, 5/s': { intervalMs: 200, averagingMs: 1_000 },
  'power, mean of 1 s, 5/s, with gaps': { intervalMs: 200, averagingMs: 1_000, gaps: 0.02 },
  'counter, 1/s': { intervalMs: 1_000, counter: true },
  'power, 1/s': { intervalMs: 1_000 },
  'power, mean of 1 s, 1/s': { intervalMs: 1_000, averagingMs: 1_000 },
};

/** By the most exchanges at the same time. @type {Record<string, LoadModel>} */
export const LOADS = {
  1: { exchanges: 40, atOnce: 1, pauseMs: 2_500, promptWeight: 0.035 },
  4: { exchanges: 90, atOnce: 4, alone: 20, pauseMs: 2_500, promptWeight: 0.035 },
  '4 in turn': { exchanges: 60, atOnce: 4, inTurn: true, pauseMs: 2_500, promptWeight: 0.035 },
  16: { exchanges: 160, atOnce: 16, alone: 20, pauseMs: 2_500, promptWeight: 0.035 },
  32: { exchanges: 210, atOnce: 32, alone: 20, pauseMs: 2_500, promptWeight: 0.035 },
};

const SHORTEST_MS = 500;
/** Ratios such as joules a token leave out exchanges of which less was measured. */
const MIN_MEASURED = 0.9;

/**
 * @param {{ sensor: SensorModel, loads: readonly LoadModel[], seeds: readonly number[], meter: () => EnergyMeter }} options
 * @returns {Errors}
 */
export function compare({ sensor, loads, seeds, meter: create }) {
  /** @type {Record<'row' | 'held', number[]>} */
  const errors = { row: [], held: [] };
  let [count, counted, truth] = [0, 0, 0];
  for (const load of loads) {
    for (const seed of seeds) {
      const meter = create();
      const { runs, trueJoules } = simulate({ sensor, load, meter, seed });
      for (const { attributed, idle, other } of meter.books) counted += attributed + idle + other;
      truth += trueJoules;
      const judged = judgedOf(runs, load);
      count += judged.length;
      errors.row.push(...errorsOf(judged));
      errors.held.push(...judged.map((run) => errorOf(run, run.oldJoules)));
    }
  }
  return {
    ...{ count, unknown: count - errors.row.length, median: median(errors.row) },
    ...{ p90: quantile(errors.row, 0.9), held: median(errors.held) },
    total: counted / truth - 1,
  };
}

/** Those that are long enough, without the first ones that run alone. @param {readonly Run[]} runs @param {LoadModel} load */
function judgedOf(runs, { alone = 0 }) {
  return runs.slice(alone).filter((run) => (run.endedAt ?? 0) - run.begunAt >= SHORTEST_MS);
}

/** Of those that have a figure. @param {readonly Run[]} runs */
function errorsOf(runs) {
  return runs.flatMap((run) => {
    const figure = run.figure();
    return figure !== null && figure.measured >= MIN_MEASURED ? [errorOf(run, figure.joules)] : [];
  });
}

/** @param {Run} run @param {number} joules */
function errorOf({ trueJoules }, joules) {
  return Math.abs(joules / trueJoules - 1);
}
