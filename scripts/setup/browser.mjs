// @ts-check
/** A browser for tests and pictures of the window's page. */
import { existsSync } from 'node:fs';
import process from 'node:process';
import { ensureSystemPackages } from './system-packages.mjs';

/** The first is Chromium without a user interface. The tests take a third less processor time with it. */
const BROWSERS = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
/** Some distributions have the browser only with its user interface. */
const PACKAGES = ['chromium-headless-shell', 'chromium'];

/**
 * @returns {string | null} the path of a browser: `TOKWATT_CHROMIUM`, or one in a usual place; null if there is none
 */
export function findBrowser() {
  const named = process.env.TOKWATT_CHROMIUM;
  return [...(named === undefined ? [] : [named]), ...BROWSERS].find(existsSync) ?? null;
}

/**
 * Installs a browser and the font of the pictures if there is no browser.
 * @param {{ purpose: string, log: (line: string) => void }} options `purpose` completes "installing … for"
 * @returns {Promise<string | null>} why there is none
 */
export async function provideBrowser({ purpose, log }) {
  let reason = null;
  for (const name of findBrowser() === null ? PACKAGES : []) {
    const packages = await ensureSystemPackages([name, 'fonts-dejavu-core'], { purpose, log });
    if (packages.ok) return null;
    reason = packages.reason;
    log(`no ${name}: ${reason}`);
  }
  return reason;
}
