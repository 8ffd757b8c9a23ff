import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { ask, tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startLlmServer } from '../support/management-servers.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike } from '../support/ollama-like.ts';
import { findChromium } from '../support/renderer-page.ts';
import { wholeCall } from '../support/streamed-call.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 20_000, interval: 100 };

describe.skipIf(browserPath === null)(`the models page${why}`, () => {
  let browser: Browser;
  let server: OllamaLike;
  let fixed: Awaited<ReturnType<typeof startLlmServer>>;
  let tokwatt: Headless;
  let page: Page;

  beforeAll(async () => {
    server = await startOllamaLike({ models: { 'one:1b': 2 ** 30 }, gapMs: 20, pullSteps: 400 });
    fixed = await startLlmServer('vllm');
    const args = ['--upstream', `box=${server.url}`, '--upstream', `fixed=${fixed.url}`];
    tokwatt = await startHeadless({ args });
    const question = { model: 'one:1b', upstream: 'box', prompt: 'x' };
    await wholeCall(tokwatt, '/api/chat', question);
    await ask(tokwatt, 'POST', '/api/ollama/models/one%3A1b/unload?upstream=box');
    browser = await launchBrowser(browserPath!);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${tokwatt.api}/#/models`);
    await row('one:1b').waitFor();
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await tokwatt.stop();
    await server.stop();
    await fixed.stop();
  });

  const row = (name: string) => page.locator(`tr[data-model="${name}"]`);
  const openMenu = (name: string): Promise<void> =>
    page.getByRole('button', { name: `Actions for ${name}` }).press('Enter');
  const isLoaded = (): boolean | undefined => server.models.get('one:1b')?.loaded;

  test('a favourite survives a reload', { timeout: 60_000 }, async () => {
    await page.getByRole('button', { name: 'Make one:1b a favourite' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill(tokenOf(tokwatt));
    await page.keyboard.press('Enter');
    const star = row('one:1b').getByRole('button', { name: 'is a favourite' });
    await star.waitFor();
    await page.reload();
    await star.waitFor();
  });

  test(
    'the keyboard loads and unloads; a refusal has its reason',
    { timeout: 60_000 },
    async () => {
      await openMenu('one:1b');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Load one:1b' });
      await dialog.getByRole('button', { name: 'Load', exact: true }).press('Enter');
      await expect.poll(isLoaded, POLL).toBe(true);
      await dialog.waitFor({ state: 'detached' });
      await row('one:1b').getByText('loaded').waitFor();
      await openMenu('one:1b');
      await page.getByRole('menuitem', { name: 'Unload' }).press('Enter');
      await expect.poll(isLoaded, POLL).toBe(false);
      await openMenu('meta/llama');
      await page.getByRole('menuitem', { name: 'Delete' }).getByText('start it again').waitFor();
      await page.keyboard.press('Escape');
    },
  );

  test('a download is paused, resumed and cancelled', { timeout: 60_000 }, async () => {
    await page.getByRole('button', { name: 'Pull a model' }).press('Enter');
    await page.keyboard.type('new:1b');
    await page.keyboard.press('Enter');
    // What is stopped before the server knows of it would not count there.
    const begun = (count: number): Promise<void> =>
      expect.poll(() => server.pulls.begun).toBe(count);
    await begun(1);
    await page.getByRole('button', { name: 'Pause new:1b' }).press('Enter');
    await page.getByRole('button', { name: 'Resume new:1b' }).press('Enter');
    await begun(2);
    await page.getByRole('button', { name: 'Cancel new:1b' }).press('Enter');
    await page.getByRole('button', { name: 'Remove new:1b from the list' }).waitFor();
    // The server notices the end of a connection a moment later.
    await expect.poll(() => server.pulls).toMatchObject({ done: 0, cancelled: 2 });
  });

  test('axe finds nothing; a model has the figures of the API', { timeout: 90_000 }, async () => {
    expect(await violations(page)).toEqual([]);
    await page.goto(`${tokwatt.api}/#/models/one%3A1b`);
    const output = page.getByTestId('model-output');
    await expect.poll(() => output.getAttribute('data-value'), POLL).toBe('3');
    await page.getByTestId('loads').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page, SCHEME_RULES)).toEqual([]);
  });

  test('deleting asks first, and names the size and the server', { timeout: 60_000 }, async () => {
    await openMenu('one:1b');
    await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Delete one:1b?' });
    await dialog.getByText('(1.0 GiB) is deleted from box').waitFor();
    expect(server.models.has('one:1b')).toBe(true);
    await dialog.getByRole('button', { name: 'Delete 1.0 GiB' }).press('Enter');
    await expect.poll(() => server.models.has('one:1b'), POLL).toBe(false);
  });
});
