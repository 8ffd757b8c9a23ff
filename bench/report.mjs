// @ts-check
/** Turns the rounds' figures into the table on standard output and the JSON in the file. */
import { median, ratio } from './statistics.mjs';

/**
 * @typedef {Record<string, number>} Figures
 * @typedef {Map<string, Figures[]>} Rounds by arm
 */

/** Figures in the order of the table, with their number of digits. */
const SHOWN = /** @type {const} */ ([
  ['unaryP50Ms', 'unary p50 (ms)', 3],
  ['unaryP99Ms', 'unary p99 (ms)', 3],
  ['firstTokenP50Ms', 'first token p50 (ms)', 3],
  ['firstTokenP99Ms', 'first token p99 (ms)', 3],
  ['gapP50Ms', 'frame gap p50 (ms)', 3],
  ['gapP99Ms', 'frame gap p99 (ms)', 3],
  ['cpuSecondsPerMillion', 'CPU s per 1M tokens', 2],
  ['loopP99Ms', 'loop delay p99 (ms)', 2],
  ['loopMaxMs', 'loop delay max (ms)', 2],
  ['heapGrowthMb', 'heap growth (MB)', 2],
  ['rssGrowthMb', 'RSS growth (MB)', 1],
  ['stalledMb', 'stalled reader, RSS (MB)', 1],
]);

const REFERENCE = 'pipe';
/** The arm of Tokwatt in which the energy meter has readings of a GPU. */
export const WITH_GPU = 'tokwatt + GPU';

/**
 * @param {Rounds} rounds
 * @returns {Record<string, Record<string, { median: number, rounds: number[], ratio: { median: number, low: number, high: number } | null }>>}
 */
export function summarize(rounds) {
  const reference = rounds.get(REFERENCE) ?? [];
  return Object.fromEntries(
    SHOWN.map(([key]) => [
      key,
      Object.fromEntries(
        [...rounds].flatMap(([arm, figures]) => {
          const values = series(figures, key);
          if (values.length === 0) return [];
          const base = series(reference, key);
          const against = arm === REFERENCE || base.length === 0 ? null : ratio(values, base);
          return [[arm, { median: median(values), rounds: values, ratio: against }]];
        }),
      ),
    ]),
  );
}

/**
 * @param {ReturnType<typeof summarize>} summary
 * @param {readonly string[]} arms
 */
export function table(summary, arms) {
  const lines = [row(['', ...arms])];
  for (const [key, label, digits] of SHOWN) {
    const cells = arms.map((arm) => {
      const cell = summary[key]?.[arm];
      if (cell === undefined) return '-';
      const figure = cell.median.toFixed(digits);
      // Growth is about zero, so a ratio of it has no meaning.
      const comparable = cell.ratio !== null && !/Growth|stalled/.test(key);
      return comparable ? `${figure} ×${cell.ratio?.median.toFixed(2) ?? ''}` : figure;
    });
    lines.push(row([label, ...cells]));
  }
  return lines.join('\n');
}

/**
 * Returns the difference between two identical pipes. Smaller differences are noise.
 * @param {ReturnType<typeof summarize>} summary
 */
export function noise(summary) {
  const parts = ['unaryP50Ms', 'firstTokenP50Ms', 'cpuSecondsPerMillion'].map((key) => {
    const against = summary[key]?.['pipe again']?.ratio;
    if (against === null || against === undefined) return `${key} -`;
    return `${key} ×${against.median.toFixed(3)} (${against.low.toFixed(3)} to ${against.high.toFixed(3)})`;
  });
  return `A/A, the pipe against itself: ${parts.join(', ')}`;
}

/**
 * @param {readonly Figures[]} figures
 * @param {string} key
 */
function series(figures, key) {
  return figures.flatMap((one) => (one[key] === undefined ? [] : [one[key]]));
}

/** @param {readonly string[]} cells */
function row(cells) {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(26) : cell.padStart(16))).join('');
}

/**
 * A line on the CPU time of the energy meter: that of Tokwatt with readings of a GPU, as a multiple of
 * that without, in the same round.
 * @param {Rounds} rounds
 */
export function energyCost(rounds) {
  const key = 'cpuSecondsPerMillion';
  const [without, withGpu] = ['tokwatt', WITH_GPU].map((arm) => series(rounds.get(arm) ?? [], key));
  if (!without?.length || !withGpu?.length) return 'CPU time of the energy meter: not measured';
  const { median: middle, low, high } = ratio(withGpu, without);
  const [all, least, most] = [middle, low, high].map((value) => value.toFixed(2));
  return `CPU time with the energy meter at work: ×${all} of that without (×${least} to ×${most})`;
}
