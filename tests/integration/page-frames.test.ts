/** How often an open window draws: rarely at rest, and not at all while it is hidden. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenOf } from '../support/control-api.ts';
import { chats } from '../support/chats.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { seedHistory } from '../support/history-ledger.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { findChromium } from '../support/renderer-page.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const HOUR = 3_600_000;
/** Begins after what opening a page draws. */
const AT_REST_MS = 1_500;
const MEASURED_MS = 4_000;
/** Two a second. */
const MOST_AT_REST = 120 * (MEASURED_MS / 60_000);

interface TraceEvent {
  readonly name: string;
}

describe.skipIf(browserPath === null)(`frames${why}`, () => {
  let upstream: RecordedUpstream;
  let tokwatt: Headless;
  let browser: Browser;
  let page: Page;
  let devtools: CDPSession;
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-frames-'));

  beforeAll(async () => {
    upstream = await startRecordedUpstream();
    seedHistory(folder, Date.now() - HOUR);
    const args = ['--upstream', upstream.url, '--log-level', 'error'];
    tokwatt = await startHeadless({ args, dataDir: folder });
    browser = await chromium.launch({
      executablePath: browserPath!,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const token = tokenOf(tokwatt);
    await page.addInitScript((given) => sessionStorage.setItem('tokwatt-token', given), token);
    devtools = await browser.newBrowserCDPSession();
  });
  afterAll(async () => {
    await browser.close();
    await tokwatt.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The frames that Chromium drew while `during` ran. */
  async function frames(during: () => Promise<unknown>): Promise<number> {
    const events: TraceEvent[] = [];
    const collect = ({ value }: { value: object[] }): void =>
      void events.push(...(value as TraceEvent[]));
    devtools.on('Tracing.dataCollected', collect);
    await devtools.send('Tracing.start', {
      traceConfig: {
        includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline.frame'],
      },
    });
    await during();
    const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
    await devtools.send('Tracing.end');
    await complete;
    devtools.off('Tracing.dataCollected', collect);
    return events.filter(({ name }) => name === 'DrawFrame').length;
  }

  test.each(['#/', '#/activity'])(
    '%s is drawn rarely at rest, and never while hidden',
    async (view) => {
      // Another hash alone would keep the document, with what the test before did to it.
      await page.goto('about:blank');
      await page.goto(`${tokwatt.api}/${view}`);
      await page.locator('[data-page]').waitFor();
      await sleep(AT_REST_MS);
      expect(await frames(() => sleep(MEASURED_MS))).toBeLessThanOrEqual(MOST_AT_REST);
      // What is drawn is counted.
      const moveFocus = async (): Promise<void> => {
        for (let step = 0; step < 5; step += 1) await page.keyboard.press('Tab');
        await sleep(500);
      };
      expect(await frames(moveFocus)).toBeGreaterThan(0);
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
        Object.defineProperty(document, 'hidden', { get: () => true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await sleep(AT_REST_MS);
      const hidden = async (): Promise<void> => {
        await chats(tokwatt, 5);
        await sleep(MEASURED_MS);
      };
      expect(await frames(hidden)).toBe(0);
    },
  );

  test('a field that has the focus is drawn rarely too', async () => {
    await page.goto('about:blank');
    await page.goto(`${tokwatt.api}/#/playground`);
    await page.locator('textarea:focus').waitFor();
    await sleep(AT_REST_MS);
    // One a second at most is left for what ticks.
    expect(await frames(() => sleep(MEASURED_MS))).toBeLessThanOrEqual(MOST_AT_REST / 2 + 1);
  });

  test('the charts of the last minutes move on rarely once requests have ended', async () => {
    await page.goto('about:blank');
    await page.goto(`${tokwatt.api}/#/`);
    await page.locator('[data-page]').waitFor();
    await chats(tokwatt, 3);
    const now = page.getByTestId('throughput-now');
    await page.waitForFunction(() => {
      const rates = [...document.querySelectorAll('[data-testid$="-now"]')];
      return rates.length > 0 && rates.every((rate) => rate.getAttribute('data-value') === '0');
    });
    expect(await now.getAttribute('data-value')).toBe('0');
    await sleep(AT_REST_MS);
    expect(await frames(() => sleep(MEASURED_MS))).toBeLessThanOrEqual(MOST_AT_REST);
  });
});
