/** The overview of a real Tokwatt in a real browser: progress and cancelling, and a layout that stays still. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { findChromium } from '../support/renderer-page.ts';
import { openStream, startSteppedUpstream } from '../support/stepped-upstream.ts';
import type { OpenStream, SteppedUpstream } from '../support/stepped-upstream.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 20_000, interval: 50 };

describe.skipIf(browserPath === null)(`the overview of a running Tokwatt${why}`, () => {
  let upstream: SteppedUpstream;
  let folder: string;
  let tokwatt: Headless;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    upstream = await startSteppedUpstream();
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-overview-'));
    tokwatt = await startHeadless({
      args: ['--upstream', upstream.url, '--log-level', 'error'],
      dataDir: folder,
    });
    browser = await launchBrowser(browserPath!);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${tokwatt.api}/`);
    await page.getByRole('region', { name: 'GPU' }).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await tokwatt.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const rows = () => page.getByRole('list', { name: 'In flight' }).getByRole('listitem');

  async function finish(stream: OpenStream): Promise<void> {
    upstream.step();
    upstream.finish();
    await stream.ended;
  }

  test('a request is shown while it runs, and its row and its strip when it ended', async () => {
    const stream = await openStream(tokwatt.proxy);
    await rows().getByText('decode').waitFor();
    await finish(stream);
    await expect.poll(() => rows().count(), POLL).toBe(0);
    const recent = page.getByRole('region', { name: 'Recent activity' }).locator('tbody tr');
    await expect.poll(() => recent.count(), POLL).toBe(1);
    const lane = page.getByRole('region', { name: 'Requests', exact: true });
    await lane.getByRole('button', { name: /^stepped, / }).waitFor();
  });

  test('nothing moves while figures change and requests come and go', async () => {
    await page.evaluate(() => {
      const moved: string[] = [];
      Object.assign(window, { moved });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          sources?: { node?: Node }[];
        })[]) {
          const names = (entry.sources ?? []).map(
            ({ node }) => node?.parentElement?.outerHTML.slice(0, 160) ?? '',
          );
          moved.push(names.join(' | '));
        }
      }).observe({ type: 'layout-shift', buffered: false });
    });
    for (let round = 0; round < 4; round += 1) {
      const one = await openStream(tokwatt.proxy);
      const two = await openStream(tokwatt.proxy);
      for (let piece = 0; piece < 12; piece += 1) {
        upstream.step();
        await sleep(60);
      }
      await finish(one);
      await two.ended;
      await sleep(400);
    }
    const moved = await page.evaluate(() => (window as unknown as { moved: string[] }).moved);
    expect(moved).toEqual([]);
  });

  test('a request is cancelled with the token', async () => {
    const stream = await openStream(tokwatt.proxy);
    const ended = stream.ended.catch(() => 'broken');
    await rows().getByRole('button', { name: 'Cancel the request for stepped' }).press('Enter');
    await page.getByRole('textbox', { name: 'Token' }).fill(tokenOf(tokwatt));
    await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
    await page.getByText(/^Cancelled\. The /).waitFor();
    await expect.poll(() => rows().count(), POLL).toBe(0);
    await ended;
    const recent = page.getByRole('region', { name: 'Recent activity' });
    await recent.getByText('Cancelled').first().waitFor();
  });

  test('axe finds nothing in light and dark', { timeout: 60_000 }, async () => {
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page, SCHEME_RULES)).toEqual([]);
  });
});
