// @ts-check
/** The browser of the bench, and what it tells of its processes and frames. */
import { chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/setup/browser.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').CDPSession} CDPSession
 * @typedef {{ name: string, ph: string, ts: number, dur?: number, tdur?: number, pid: number, tid: number, args?: { name?: string } }} TraceEvent in microseconds; `tdur` is processor time
 */

/** @returns {Promise<{ open: (address: string, init?: { token: string, script: string }) => Promise<Page>, devtools: CDPSession, close: () => Promise<void> }>} */
export async function startBrowser() {
  const executablePath = findBrowser();
  if (executablePath === null) {
    throw new Error('There is no Chromium here. Install it, or name one in TOKWATT_CHROMIUM.');
  }
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath, args });
  return {
    open: async (address, init) => {
      const page = await browser.newPage({
        viewport: { width: 1280, height: 800 },
        locale: 'en-US',
      });
      page.on('pageerror', (error) => console.error(`the page: ${error.message}`));
      if (init !== undefined) {
        await page.addInitScript(
          (token) => sessionStorage.setItem('tokwatt-token', token),
          init.token,
        );
        await page.addInitScript({ content: init.script });
      }
      await page.goto(address);
      return page;
    },
    devtools: await browser.newBrowserCDPSession(),
    close: () => browser.close(),
  };
}

/**
 * The processor seconds of all renderers so far: the main thread and those that rasterize.
 * @param {CDPSession} devtools
 */
export async function rendererSeconds(devtools) {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  return processInfo
    .filter(({ type }) => type === 'renderer')
    .reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/**
 * What Chromium notes while `during` runs.
 * @param {CDPSession} devtools
 * @param {() => Promise<unknown>} during
 * @returns {Promise<TraceEvent[]>}
 */
export async function trace(devtools, during) {
  /** @type {TraceEvent[]} */
  const events = [];
  const collect = (/** @type {{ value: object[] }} */ { value }) =>
    void events.push(.../** @type {TraceEvent[]} */ (value));
  devtools.on('Tracing.dataCollected', collect);
  await devtools.send('Tracing.start', {
    traceConfig: {
      includedCategories: [
        'devtools.timeline',
        'disabled-by-default-devtools.timeline',
        'disabled-by-default-devtools.timeline.frame',
      ],
    },
  });
  await during();
  const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  await complete;
  devtools.off('Tracing.dataCollected', collect);
  return events;
}

/**
 * The frames that were drawn.
 * @param {readonly TraceEvent[]} events
 */
export function drawnFrames(events) {
  return events.filter(({ name }) => name === 'DrawFrame').length;
}

/** A longer rest of the main thread is between two updates, milliseconds. */
const PAUSE_MS = 50;

/**
 * The work of the page's main thread for each frame that it made, milliseconds of processor time, because other
 * programs may take the processor from it: of all tasks since the frame before, so an update that is spread over
 * several tasks is one figure. What was done before a pause, such as to take in data that changes no picture, is no
 * part of it.
 * @param {readonly TraceEvent[]} events
 */
export function updateTimes(events) {
  const { tasks, frames } = mainThread(events);
  /** @type {number[]} */
  const updates = [];
  let busy = 0;
  let endedAt = -Infinity;
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    if (ts - endedAt > PAUSE_MS * 1_000) busy = 0;
    endedAt = ts + dur;
    busy += tdur / 1_000;
    if (!frames.some((at) => at >= ts && at <= ts + dur)) continue;
    updates.push(busy);
    busy = 0;
  }
  return updates;
}

/**
 * The work of the page's main thread, milliseconds of processor time.
 * @param {readonly TraceEvent[]} events
 */
export function mainThreadMs(events) {
  return mainThread(events).tasks.reduce((sum, { dur = 0, tdur = dur }) => sum + tdur / 1_000, 0);
}

/** @param {readonly TraceEvent[]} events */
function mainThread(events) {
  const mainThreads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  /** @type {Map<string, TraceEvent[]>} */
  const threads = new Map([...mainThreads].map((thread) => [thread, []]));
  for (const event of events) {
    if (event.name !== 'RunTask' && event.name !== 'BeginMainThreadFrame') continue;
    threads.get(`${event.pid} ${event.tid}`)?.push(event);
  }
  // There may be a spare renderer, which does nothing.
  const [busiest = []] = [...threads.values()].sort((a, b) => b.length - a.length);
  return {
    tasks: busiest.filter(({ name }) => name === 'RunTask').sort((a, b) => a.ts - b.ts),
    frames: busiest.filter(({ name }) => name !== 'RunTask').map(({ ts }) => ts),
  };
}
