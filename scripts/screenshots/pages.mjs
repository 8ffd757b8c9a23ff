// @ts-check
/** Pictures of the window's pages, from the page that Tokwatt itself serves, while requests run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from '../setup/browser.mjs';
import { storePicture } from './pictures.mjs';

/**
 * @typedef {import('playwright-core').Browser} Browser
 * @typedef {import('playwright-core').Page} Page
 * @typedef {{ name: string, view: string, scheme?: 'light' | 'dark', shows: (page: Page) => Locator }} Picture
 * @typedef {import('playwright-core').Locator} Locator
 * @typedef {{ api: string, dataDir: string, since: number, log: (line: string) => void }} Options
 * @typedef {{ id: number, model: string, client: { application: string }, usage: { output_tokens: number } }} Row
 * @typedef {{ activity: Row[] }} Rows
 */

/** Time for charts to be drawn after their data is there. */
const DRAWN_MS = 2_500;

/** An answer with phases that can be seen: from a conversation, and long enough. */
const SHOWN = { application: 'Claude Code', leastTokens: 100 };

/**
 * @param {Options & { token: string }} options
 * @returns {Promise<readonly Picture[]>} with `shows`, what the page has when its data is there
 */
async function pictures({ api, token, since, log }) {
  const totals = (/** @type {Page} */ page) => page.locator('[data-testid="totals-row"]').first();
  const chart = (/** @type {Page} */ page) => page.getByRole('slider').first();
  const detail = (/** @type {Page} */ page) => page.getByRole('complementary').getByText('Phases');
  const { activity } = /** @type {Rows} */ (await read(api, '/api/activity?limit=200', token));
  const shown = activity.find(({ client, usage }) => {
    return client.application === SHOWN.application && usage.output_tokens > SHOWN.leastTokens;
  });
  if (shown === undefined) throw new Error(`${SHOWN.application} got no long answer`);
  const range = `range=${since}~${Date.now()}`;
  const gpus = /** @type {{ devices: unknown[] }} */ (await read(api, '/api/gpu/devices', token));
  const hasGpu = gpus.devices.length > 0;
  if (!hasGpu) log('no picture of the hardware page: this machine has no GPU');
  return [
    { name: 'overview', view: '#/', shows: totals },
    { name: 'overview-dark', view: '#/', scheme: 'dark', shows: totals },
    { name: 'history', view: `#/history?${range}`, shows: chart },
    { name: 'activity', view: `#/activity?id=${shown.id}`, shows: detail },
    ...(hasGpu ? [{ name: 'hardware', view: `#/hardware?${range}`, shows: chart }] : []),
  ];
}

/**
 * @param {string} api
 * @param {string} path
 * @param {string} token
 * @returns {Promise<unknown>}
 */
async function read(api, path, token) {
  const answer = await fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/**
 * @param {Browser} browser
 * @param {Picture} picture
 * @param {Options & { token: string }} options
 */
async function take(browser, { name, view, scheme = 'light', shows }, { api, token, log }) {
  const page = await browser.newPage({
    // Hours from 0 to 23 and °C, as most readers have them.
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 2,
    colorScheme: scheme,
  });
  await page.addInitScript((given) => sessionStorage.setItem('tokwatt-token', given), token);
  await page.goto(`${api}/${view}`);
  await shows(page).waitFor();
  await page.waitForTimeout(DRAWN_MS);
  await storePicture(name, await page.screenshot(), log);
  await page.close();
}

/** @param {Options} options */
export async function takePages(options) {
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    ...(executablePath === null ? {} : { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const token = readFileSync(join(options.dataDir, 'api-token'), 'utf8').trim();
    for (const picture of await pictures({ ...options, token })) {
      await take(browser, picture, { ...options, token });
    }
  } finally {
    await browser.close();
  }
}
