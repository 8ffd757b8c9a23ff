// @ts-check
/** Scrolling the list of the activity page to its far end, and what was not there when it was painted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../statistics.mjs';
import { open } from './measures.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('./page/contract.ts').SeenRows} SeenRows
 */

const GRID = 'main [role=grid]';
/** A fast turn of the wheel, pixels a second. */
const WHEEL_SPEED = 4_000;
const WHEEL_PX = 24_000;
const JUMPS = 60;

/**
 * The wheel through the first rows, then jumps to the end as with the thumb of the scroll bar.
 * @param {Page} page
 * @param {number} stored the rows that the list has at least when all are counted
 */
export async function scroll(page, stored) {
  await open(page, 'activity');
  await page.waitForFunction(
    ([grid, least]) => Number(document.querySelector(grid)?.getAttribute('aria-rowcount')) > least,
    /** @type {const} */ ([GRID, stored]),
    { timeout: 30_000 },
  );
  const rows = Number(await page.locator(GRID).getAttribute('aria-rowcount')) - 1;
  await page.evaluate(() => window.bench.watchRows());
  const session = await page.context().newCDPSession(page);
  await session.send('Input.synthesizeScrollGesture', {
    ...{ x: 700, y: 500, yDistance: -WHEEL_PX, speed: WHEEL_SPEED, gestureSourceType: 'mouse' },
  });
  await session.detach();
  const wheel = await page.evaluate(() => window.bench.stopWatching());
  await page.evaluate(() => window.bench.watchRows());
  /** @type {number[]} */
  const filled = [];
  for (let jump = 1; jump <= JUMPS; jump += 1) {
    filled.push(await page.evaluate((share) => window.bench.jumpTo(share), jump / JUMPS));
    await sleep(50);
  }
  const thumb = await page.evaluate(() => window.bench.stopWatching());
  const end = await page.evaluate((selector) => {
    const last = [...document.querySelectorAll(`${selector} [role=rowgroup] [role=row]`)].at(-1);
    return Number(last?.getAttribute('aria-rowindex')) - 1;
  }, GRID);
  return {
    rows,
    reachedEnd: end >= rows,
    wheel,
    thumb,
    filledP50Ms: quantile(filled, 0.5),
    filledP95Ms: quantile(filled, 0.95),
  };
}
