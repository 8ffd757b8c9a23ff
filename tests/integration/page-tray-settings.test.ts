/** The tray's settings with a real Tokwatt and Chromium over HTTP. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { streamChat } from '../e2e/readings.ts';
import { tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { findChromium } from '../support/renderer-page.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 30_000, interval: 100 };

// Each test goes on where the one before ended, so none can be repeated alone.
describe.skipIf(browserPath === null)(`the tray's settings${why}`, { retry: 0 }, () => {
  let browser: Browser;
  let upstream: RecordedUpstream;
  let tokwatt: Headless;
  let page: Page;

  beforeAll(async () => {
    upstream = await startRecordedUpstream();
    tokwatt = await startHeadless({
      args: ['--upstream', `box=${upstream.url}`, '--log-level', 'error'],
    });
    browser = await launchBrowser(browserPath!);
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(`${tokwatt.api}/#/settings/appearance`);
    const dialog = page.getByRole('dialog', { name: 'API token' });
    const offer = page.getByRole('button', { name: 'Enter the token' });
    await dialog.or(offer).first().waitFor();
    if (!(await dialog.isVisible())) await offer.click();
    await dialog.waitFor();
    await page.keyboard.insertText(tokenOf(tokwatt));
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Text beside the icon' }).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await tokwatt.stop();
    await upstream.stop();
  });

  const preview = (): Promise<string | null> => page.getByTestId('tray-text').textContent();

  /** How many points of the first icon, which is the present one, are drawn. */
  const drawn = (): Promise<number> =>
    page.evaluate(() => {
      const canvas = document.querySelector('canvas');
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return [...(data ?? [])].filter((value, at) => at % 4 === 3 && value > 0).length;
    });

  test('a text shows what it says now, and nothing while it says nothing', async () => {
    expect(await preview()).toBe('Beside the icon now: nothing');
    await page.getByRole('button', { name: 'Add today to the first text' }).click();
    const field = page.getByRole('textbox', { name: 'Text beside the icon' });
    await expect.poll(() => field.inputValue(), POLL).toBe('{today}');
    expect(await preview()).toBe('Beside the icon now: nothing');
    await streamChat(tokwatt.proxy, MODEL, 'Say something.');
    await expect.poll(preview, POLL).toBe('Beside the icon now: 35');
  });

  test('a figure that does not exist is refused with the names of those that do', async () => {
    const field = page.getByRole('textbox', { name: 'Second text' });
    await field.fill('{speed}');
    await field.press('Enter');
    await page.getByText('may name only these figures: {rate}').waitFor();
    await field.fill('');
    await field.press('Enter');
  });

  test('the icon is drawn as it is now, and again for another figure', async () => {
    const ring = await drawn();
    expect(ring).toBeGreaterThan(100);
    await page.getByRole('button', { name: /What the icon shows/ }).click();
    await page.getByRole('option', { name: 'tokens per second' }).click();
    await streamChat(tokwatt.proxy, MODEL, 'Say something.');
    await expect.poll(drawn, POLL).not.toBe(ring);
    expect(await violations(page, SCHEME_RULES)).toEqual([]);
  });
});
