// @ts-check
/**
 * `npm run bench -- --only window` measures the window with a million exchanges stored and fifty in flight: how fast
 * its pages open, what an update costs, scrolling, frames at rest, memory, and its charts beside uPlot. The page is the
 * built one, from a real headless Tokwatt, in headless Chromium. Nothing is asserted, because the machine may be busy.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTokwatt, startUpstream } from './processes.mjs';
import { startBrowser } from './window/browser.mjs';
import { charts } from './window/charts.mjs';
import { putLedger } from './window/ledger.mjs';
import { hidden, memory, openings, rest, updates } from './window/measures.mjs';
import { pageScript } from './window/page-script.mjs';
import { chartTable, memoryText, openingTable } from './window/report.mjs';
import { restTable, scrollText, updateTable } from './window/report.mjs';
import { scroll } from './window/scroll.mjs';
import { keepInFlight } from './window/traffic.mjs';

/**
 * @typedef {object} WindowOptions
 * @property {string} script the built headless Tokwatt
 * @property {boolean} quick
 * @property {number} rows stored exchanges
 * @property {number} minutes of the memory's measurement; 0 leaves it out
 * @property {(line: string) => void} say
 *
 * @typedef {import('playwright-core').Page} Page
 *
 * @typedef {object} Setting
 * @property {Awaited<ReturnType<typeof startBrowser>>} browser
 * @property {Awaited<ReturnType<typeof startTokwatt>>} tokwatt
 * @property {string} token
 * @property {WindowOptions} options
 */

const IN_FLIGHT = 50;
const SIZES = { visits: 20, seconds: 6 };
const QUICK = { visits: 5, seconds: 3 };
/** What ended a moment ago still changes what is shown. */
const SETTLE_MS = 8_000;

/** @param {WindowOptions} options */
export async function measureWindow(options) {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-bench-window-'));
  const browser = await startBrowser();
  const upstream = await startUpstream();
  try {
    await putLedger(folder, options, upstream.url);
    const { script } = options;
    const tokwatt = await startTokwatt(upstream.url, { script, hasGpu: true, dataDir: folder });
    try {
      const token = readFileSync(join(folder, 'api-token'), 'utf8').trim();
      await measureAll({ browser, tokwatt, token, options });
    } finally {
      await tokwatt.stop();
    }
  } finally {
    await upstream.stop();
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Setting} setting */
async function measureAll(setting) {
  const { browser, tokwatt, options } = setting;
  const { say, quick } = options;
  const { seconds } = quick ? QUICK : SIZES;
  const page = await openWindow(setting);
  await withTraffic(tokwatt.url, () => measureBusy(page, setting));
  await sleep(SETTLE_MS);
  const frames = await rest(page, browser.devtools, seconds);
  const unseen = await withTraffic(tokwatt.url, () => hidden(page, browser.devtools, seconds));
  say(`\n${restTable(frames, unseen)}`);
  await page.close();
  say(`\n${chartTable(await charts(browser))}`);
}

/**
 * What is measured while exchanges are in flight.
 * @param {Page} page
 * @param {Setting} setting
 */
async function measureBusy(page, { browser, options }) {
  const { say, quick, minutes } = options;
  const { visits, seconds } = quick ? QUICK : SIZES;
  await sleep(SETTLE_MS);
  say(`\n${openingTable(await openings(page, visits))}`);
  say(`\n${updateTable(await updates(page, browser.devtools, seconds))}`);
  say(`\n${scrollText(await scroll(page, options.rows))}`);
  if (minutes > 0) say(`\n${memoryText(await memory(page, minutes))}`);
}

/**
 * @template T
 * @param {string} url of the proxy
 * @param {() => Promise<T>} during
 */
async function withTraffic(url, during) {
  const stop = keepInFlight(url, IN_FLIGHT);
  try {
    const found = await during();
    await stop();
    return found;
  } catch (error) {
    await stop(true);
    throw error;
  }
}

/** @param {Setting} setting */
async function openWindow({ browser, tokwatt, token }) {
  const page = await browser.open(`${tokwatt.api}/#/settings`, {
    token,
    script: await pageScript(),
  });
  await page.locator('[data-page=settings]').waitFor();
  return page;
}
