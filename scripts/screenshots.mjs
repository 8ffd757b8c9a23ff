// @ts-check
/**
 * Makes the pictures of the README and the documents anew from real traffic: `npm run screenshots`. A real llama-server
 * is asked by several programs for some minutes; the pages are taken from a headless Tokwatt in front of it, the tray
 * from the desktop. `npm run screenshots -- pages` or `-- tray` makes only these. It runs where the end-to-end tests
 * with a llama-server run.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takePages } from './screenshots/pages.mjs';
import { IMAGES } from './screenshots/pictures.mjs';
import { serveModels, startTokwatt, writeSettings } from './screenshots/programs.mjs';
import { sendTraffic } from './screenshots/traffic.mjs';
import { takeTray } from './screenshots/tray.mjs';
import { provideBrowser } from './setup/browser.mjs';
import { provideLlamaServer } from './setup/llama-server.mjs';
import { ensureBuild, ensureDependencies } from './setup/project.mjs';
import { ensureSystemPackages } from './setup/system-packages.mjs';

/** As long as the overview's chart shows. */
const TRAFFIC_MS = 180_000;
/** For the tray: enough that the menu has a rate. */
const SHORT_MS = 20_000;

const say = (/** @type {string} */ line) => console.log(line);

/**
 * @param {string} upstream
 * @param {string} dataDir
 */
async function pages(upstream, dataDir) {
  const tokwatt = await startTokwatt(upstream, dataDir);
  const stop = new AbortController();
  const since = Date.now();
  const sent = sendTraffic(tokwatt.proxy, stop.signal);
  try {
    say(`requests run for ${TRAFFIC_MS / 60_000} minutes`);
    await Promise.race([sleep(TRAFFIC_MS), sent]);
    await takePages({ api: tokwatt.api, dataDir, since, log: say });
  } finally {
    stop.abort();
    await tokwatt.stop();
  }
  say(`${await sent} answers`);
}

async function main() {
  const only = process.argv[2];
  await ensureDependencies(say);
  const options = { purpose: 'pictures', log: say };
  const noBrowser = await provideBrowser(options);
  if (noBrowser !== null) throw new Error(noBrowser);
  const ready = await ensureSystemPackages(['fonts-dejavu-core', 'pngquant'], options);
  if (!ready.ok) throw new Error(ready.reason);
  await ensureBuild(say);
  const llama = await provideLlamaServer({ log: say });
  if (!llama.available) throw new Error(`there is no llama-server: ${llama.reason}`);
  mkdirSync(IMAGES, { recursive: true });
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-screenshots-'));
  writeSettings(dataDir);
  const server = await serveModels(llama);
  try {
    if (only !== 'tray') await pages(server.url, dataDir);
    if (only !== 'pages') {
      await takeTray({ upstream: server.url, dataDir, trafficMs: SHORT_MS, log: say });
    }
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

await main();
