// @ts-check
/** The cost of Tokwatt's charts beside uPlot, which draws on a canvas and is the fastest of the well-known ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, preview } from 'vite';
import { mainThreadMs, rendererSeconds, trace } from './browser.mjs';

/**
 * @typedef {import('./chart/contract.ts').ChartSize} ChartSize
 * @typedef {import('playwright-core').CDPSession} CDPSession
 * @typedef {Awaited<ReturnType<typeof import('./browser.mjs').startBrowser>>} Browser
 */

const TIMES = 40;
/** The live chart of the overview, and the most that a chart draws. */
const SIZES = [
  { points: 181, series: 2 },
  { points: 1_200, series: 3 },
];

/** @param {Browser} browser */
export async function charts({ open, devtools }) {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-bench-charts-'));
  const root = fileURLToPath(new URL('./chart', import.meta.url));
  try {
    const outDir = folder;
    // Not the configuration of the application, whose pages it names.
    await build({
      ...{ root, configFile: false, logLevel: 'error', plugins: [react()] },
      build: { outDir, emptyOutDir: true, target: 'chrome130' },
    });
    const server = await preview({
      ...{ root, configFile: false, logLevel: 'error', build: { outDir } },
      preview: { port: 0, host: '127.0.0.1' },
    });
    const page = await open(server.resolvedUrls?.local[0] ?? '');
    await page.waitForFunction(() => 'chartBench' in window);
    const found = [];
    for (const size of SIZES) {
      for (const step of /** @type {const} */ (['draw', 'update'])) {
        const ours = await cost(page, devtools, step, { ...size, kind: 'ours' });
        const theirs = await cost(page, devtools, step, { ...size, kind: 'uPlot' });
        found.push({ ...size, step, ours, theirs });
      }
    }
    await page.close();
    await server.close();
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The main thread's work for a step, and the renderer's processor time with what rasterizes; milliseconds.
 * @param {import('playwright-core').Page} page
 * @param {CDPSession} devtools
 * @param {'draw' | 'update'} step
 * @param {ChartSize} size
 */
async function cost(page, devtools, step, size) {
  const run = () =>
    page.evaluate(
      ([does, of, times]) => window.chartBench[does](of, times),
      /** @type {const} */ ([step, size, TIMES]),
    );
  await run();
  const before = await rendererSeconds(devtools);
  await run();
  const cpuMs = ((await rendererSeconds(devtools)) - before) * 1_000;
  const busy = mainThreadMs(await trace(devtools, run));
  return { mainMs: busy / TIMES, cpuMs: cpuMs / TIMES };
}
