import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { chat, chats } from '../support/chats.ts';
import { tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { INPUT_TOKENS, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { findChromium } from '../support/renderer-page.ts';

const browserPath = findChromium();
let upstream: RecordedUpstream;
let tokwatt: Headless;
let folder: string;
let browser: Browser;

async function open(colorScheme: 'light' | 'dark', address: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${tokwatt.api}/${address}`);
  return page;
}

describe.skipIf(browserPath === null)('the page of clients', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-page-clients-'));
    upstream = await startRecordedUpstream();
    const args = ['--upstream', upstream.url, '--log-level', 'error'];
    tokwatt = await startHeadless({ args, dataDir: folder });
    await chats(tokwatt, 3, { agent: 'Zed/1.0' });
    await chat(tokwatt, { agent: 'curl/8.0' });
    await tokwatt.activity(4);
    browser = await launchBrowser(browserPath!);
  });
  afterAll(async () => {
    await browser.close();
    await tokwatt.stop();
    await upstream.stop();
    await removeFolder(folder);
  });

  test('a client has its sums, opens, and keeps the name that it is given', async () => {
    const page = await open('light', '#/clients');
    const row = page.locator('[data-client="Zed"]');
    await row.waitFor();
    const input = row.locator('[data-col="input"]');
    expect(await input.getAttribute('data-value')).toBe(String(3 * INPUT_TOKENS));
    expect(await violations(page)).toEqual([]);
    await row.getByRole('link', { name: 'Zed' }).press('Enter');
    await page.getByRole('heading', { name: 'Zed' }).waitFor();
    await page.getByRole('heading', { name: 'Output speed' }).waitFor();
    await page.getByRole('button', { name: 'Name and colour…' }).press('Enter');
    await page.getByRole('textbox', { name: 'Name to show' }).fill('Editor');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Token' }).fill(tokenOf(tokwatt));
    await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Editor' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Editor' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('the name of a client has room at every width', async () => {
    const page = await open('light', '#/clients');
    const name = page.locator('[data-client="Zed"]').getByRole('link');
    for (const width of [1_400, 1_080, 900, 390]) {
      await page.setViewportSize({ width, height: 800 });
      expect((await name.boundingBox())?.width ?? 0).toBeGreaterThan(20);
      const isOnPage = await page.evaluate(
        () => document.documentElement.scrollWidth <= innerWidth,
      );
      expect(isOnPage).toBe(true);
    }
  });

  test('axe finds nothing in the dark scheme', async () => {
    const page = await open('dark', '#/clients');
    await page.locator('[data-client="Zed"]').waitFor();
    expect(await violations(page, SCHEME_RULES)).toEqual([]);
  });
});
