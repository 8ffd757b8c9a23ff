// @ts-check
/** The tables of the window's figures, each with its goal. */

/** Milliseconds, percents, frames a minute and megabytes, with 1,000,000 exchanges stored and 50 in flight. */
export const GOALS = {
  openP95Ms: 300,
  updateP95Ms: 16.7,
  cpuPercent: 8,
  framesPerMinute: 120,
  hiddenFrames: 0,
};

/**
 * A table with aligned columns.
 * @param {readonly (readonly string[])[]} rows the first is the head
 */
function table(rows) {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

/** @param {number} value @param {number} [digits] */
const fixed = (value, digits = 0) => value.toFixed(digits);
/** @param {boolean} isMet */
const verdict = (isMet) => (isMet ? 'met' : 'NOT MET');

/** @param {Awaited<ReturnType<typeof import('./measures.mjs').openings>>} found */
export function openingTable({ floorP50Ms, floorP95Ms, pages }) {
  return [
    `opening a page, ms from the click until what it asked for is painted; goal: p95 at most ${GOALS.openP95Ms}`,
    `floor (the smallest question, painted): p50 ${fixed(floorP50Ms)}, p95 ${fixed(floorP95Ms)}`,
    table([
      ['', 'p50', 'p95', '× floor', 'answered p50', 'kept data p50', ''],
      ...pages.map((page) => [
        page.page,
        fixed(page.p50Ms),
        fixed(page.p95Ms),
        fixed(page.timesFloor, 1),
        fixed(page.answeredP50Ms),
        fixed(page.keptP50Ms),
        verdict(page.p95Ms <= GOALS.openP95Ms),
      ]),
    ]),
  ].join('\n');
}

/** @param {Awaited<ReturnType<typeof import('./measures.mjs').updates>>} found */
export function updateTable(found) {
  return [
    `updates with exchanges in flight, main-thread ms of each; goals: p95 at most ${GOALS.updateP95Ms}, renderer at most ${GOALS.cpuPercent} % of a core`,
    table([
      ['', 'a second', 'p50', 'p95', 'max', 'renderer %', ''],
      ...found.map((one) => [
        one.page,
        fixed(one.updatesPerSecond, 1),
        fixed(one.p50Ms, 1),
        fixed(one.p95Ms, 1),
        fixed(one.maxMs, 1),
        fixed(one.cpuPercent, 1),
        verdict(one.p95Ms <= GOALS.updateP95Ms && one.cpuPercent <= GOALS.cpuPercent),
      ]),
    ]),
  ].join('\n');
}

/** @param {Awaited<ReturnType<typeof import('./scroll.mjs').scroll>>} found */
export function scrollText({ rows, reachedEnd, wheel, thumb, filledP50Ms, filledP95Ms }) {
  const seen = (/** @type {import('./page/contract.ts').SeenRows} */ { frames, holes, loading }) =>
    `${frames} frames, ${holes} with a hole, ${loading} with a row that is loaded`;
  return [
    `scrolling ${rows} rows${reachedEnd ? ' to the end' : ', but not to the end'}; goal: no hole, and none loaded under the wheel: ${verdict(reachedEnd && wheel.holes + wheel.loading + thumb.holes === 0)}`,
    `the wheel: ${seen(wheel)}`,
    `the thumb: ${seen(thumb)}; all rows after ${fixed(filledP50Ms)} ms (p50), ${fixed(filledP95Ms)} ms (p95)`,
  ].join('\n');
}

/** @param {Awaited<ReturnType<typeof import('./measures.mjs').rest>>} found @param {number} hiddenFrames */
export function restTable(found, hiddenFrames) {
  return [
    `frames a minute at rest; goal: at most ${GOALS.framesPerMinute}, and none while hidden`,
    table([
      ['', 'frames', ''],
      ...found.map(({ page, framesPerMinute }) => [
        page,
        fixed(framesPerMinute),
        verdict(framesPerMinute <= GOALS.framesPerMinute),
      ]),
      ['hidden', fixed(hiddenFrames), verdict(hiddenFrames <= GOALS.hiddenFrames)],
    ]),
  ].join('\n');
}

/** @param {Awaited<ReturnType<typeof import('./measures.mjs').memory>>} found */
export function memoryText({ minutes, points }) {
  const middle = Math.ceil(points.length / 2);
  const mean = (/** @type {typeof points} */ part) =>
    part.reduce((sum, { mb }) => sum + mb, 0) / Math.max(1, part.length);
  const [first, second] = [mean(points.slice(0, middle)), mean(points.slice(middle))];
  const each = points.map(({ mb }) => fixed(mb, 1)).join(', ');
  return `heap after a collection over ${fixed(minutes, 1)} minutes, MB: ${each}\nmean of the first half ${fixed(first, 1)}, of the second ${fixed(second, 1)}`;
}

/** @param {Awaited<ReturnType<typeof import('./charts.mjs').charts>>} found */
export function chartTable(found) {
  return [
    'a chart beside uPlot, ms for each step (main thread; renderer with raster)',
    table([
      ['', 'ours', 'uPlot', 'ratio', 'ours, cpu', 'uPlot, cpu', 'ratio'],
      ...found.map(({ points, series, step, ours, theirs }) => [
        `${step}, ${series} × ${points} points`,
        fixed(ours.mainMs, 2),
        fixed(theirs.mainMs, 2),
        fixed(ours.mainMs / theirs.mainMs, 2),
        fixed(ours.cpuMs, 2),
        fixed(theirs.cpuMs, 2),
        fixed(ours.cpuMs / theirs.cpuMs, 2),
      ]),
    ]),
  ].join('\n');
}
