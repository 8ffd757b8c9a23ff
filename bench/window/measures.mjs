// @ts-check
/** What is measured of the open window. Times are milliseconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../statistics.mjs';
import { drawnFrames, rendererSeconds, trace, updateTimes } from './browser.mjs';
import { PAGES } from './pages.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').CDPSession} CDPSession
 * @typedef {import('./page/contract.ts').Opened} Opened
 */

/** An answer counts as fresh for five seconds. Pages that ask the same question are four visits apart. */
const DWELL_MS = 1_300;

/** @param {Page} page @param {string} name @returns {Promise<Opened>} */
export async function open(page, name) {
  const { paths = [] } = PAGES.find((each) => each.name === name) ?? {};
  return page.evaluate(
    ([to, asked]) => window.bench.open(to, asked),
    /** @type {const} */ ([name, paths]),
  );
}

/** @param {Page} page @returns {Promise<number>} */
function floor(page) {
  return page.evaluate(() => window.bench.floor());
}

/**
 * Opens all pages in turn, and after each of them measures the floor.
 * @param {Page} page
 * @param {number} visits
 */
export async function openings(page, visits) {
  /** @type {Map<string, Opened[]>} */
  const times = new Map(PAGES.map(({ name }) => [name, []]));
  /** @type {number[]} */
  const floors = [];
  // The first two visits load the code of a page and warm it up.
  for (let visit = -2; visit < visits; visit += 1) {
    for (const { name } of PAGES) {
      const opened = await open(page, name);
      await sleep(DWELL_MS);
      if (visit < 0) continue;
      times.get(name)?.push(opened);
      floors.push(await floor(page));
    }
  }
  const middle = (/** @type {number[]} */ values, share = 0.5) => quantile(values, share);
  const base = middle(floors);
  return {
    floorP50Ms: base,
    floorP95Ms: middle(floors, 0.95),
    pages: [...times].map(([name, opened]) => {
      const fresh = opened.map(({ freshMs }) => freshMs);
      return {
        page: name,
        p50Ms: middle(fresh),
        p95Ms: middle(fresh, 0.95),
        timesFloor: middle(fresh) / base,
        answeredP50Ms: middle(opened.map(({ answeredMs }) => answeredMs)),
        keptP50Ms: middle(opened.map(({ keptMs }) => keptMs)),
      };
    }),
  };
}

/**
 * Watches each page while exchanges are in flight: the renderer's processor time, then the work of each update.
 * @param {Page} page
 * @param {CDPSession} devtools
 * @param {number} seconds
 */
export async function updates(page, devtools, seconds) {
  const found = [];
  for (const { name } of PAGES) {
    await sleep(DWELL_MS);
    await open(page, name);
    await sleep(1_500);
    const before = await rendererSeconds(devtools);
    await sleep(seconds * 1_000);
    const used = (await rendererSeconds(devtools)) - before;
    const times = updateTimes(await trace(devtools, () => sleep(seconds * 1_000)));
    found.push({
      page: name,
      cpuPercent: (100 * used) / seconds,
      updatesPerSecond: times.length / seconds,
      p50Ms: quantile(times, 0.5),
      p95Ms: quantile(times, 0.95),
      maxMs: Math.max(...times),
    });
  }
  return found;
}

/**
 * Counts the frames of each page at rest, and of a page that says it is hidden.
 * @param {Page} page
 * @param {CDPSession} devtools
 * @param {number} seconds
 */
export async function rest(page, devtools, seconds) {
  const perMinute = (/** @type {number} */ frames) => (frames * 60) / seconds;
  const found = [];
  for (const { name } of PAGES) {
    await open(page, name);
    await sleep(1_500);
    const seen = drawnFrames(await trace(devtools, () => sleep(seconds * 1_000)));
    found.push({ page: name, framesPerMinute: perMinute(seen) });
  }
  return found;
}

/**
 * The frames of a hidden page. It must not be used afterwards.
 * @param {Page} page
 * @param {CDPSession} devtools
 * @param {number} seconds
 */
export async function hidden(page, devtools, seconds) {
  await open(page, 'overview');
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
    Object.defineProperty(document, 'hidden', { get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await sleep(1_500);
  return drawnFrames(await trace(devtools, () => sleep(seconds * 1_000)));
}

/**
 * The heap of the page after a collection, while pages are opened and exchanges are in flight.
 * @param {Page} page
 * @param {number} minutes
 */
export async function memory(page, minutes) {
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    // Twice, because finalizers of the first may free more.
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return usedSize / 1e6;
  };
  const round = async () => {
    for (const { name } of PAGES) {
      await open(page, name);
      await sleep(DWELL_MS);
    }
  };
  // Answers are kept for five minutes, so a shorter warm-up would take filling this store for a leak.
  await round();
  const began = performance.now();
  const points = [{ minute: 0, mb: await heap() }];
  while (performance.now() - began < minutes * 60_000) {
    await round();
    points.push({ minute: (performance.now() - began) / 60_000, mb: await heap() });
  }
  await session.detach();
  return { minutes, startMb: points[0]?.mb ?? NaN, endMb: points.at(-1)?.mb ?? NaN, points };
}
