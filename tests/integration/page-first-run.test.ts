/** The first run in a real browser, in front of a server at an address that Tokwatt does not know. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { tokenOf } from '../support/control-api.ts';
import { freePort } from '../support/free-port.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike } from '../support/ollama-like.ts';
import { findChromium } from '../support/renderer-page.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 20_000, interval: 50 };

describe.skipIf(browserPath === null)(`the first run${why}`, () => {
  let server: OllamaLike;
  let tokwatt: Headless;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await startOllamaLike({ models: { 'one:1b': 2 ** 30, 'two:2b': 2 ** 31 } });
    tokwatt = await startHeadless({
      args: ['--log-level', 'error'],
      env: { OLLAMA_BASE_URL: `http://127.0.0.1:${await freePort()}` },
    });
    browser = await launchBrowser(browserPath!);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${tokwatt.api}/`);
  });
  afterAll(async () => {
    await browser.close();
    await tokwatt.stop();
    await server.stop();
  });

  const choice = () => page.getByRole('region', { name: 'Choose your server' });
  const clients = () => page.getByRole('region', { name: 'Connect a client' });

  async function withoutViolations(): Promise<void> {
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page, SCHEME_RULES)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  }

  test('without a server, offers a field with a test, and pages of servers', async () => {
    await choice().getByRole('link', { name: 'LM Studio' }).waitFor();
    await withoutViolations();
    const address = choice().getByRole('textbox', { name: 'Or by its address' });
    await address.fill(`127.0.0.1:${await freePort()}`);
    await choice().getByRole('button', { name: 'Test' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill(tokenOf(tokwatt));
    await dialog.getByRole('textbox').press('Enter');
    await choice().getByText('Nothing answers at').waitFor();
    expect(await choice().getByRole('button', { name: 'Use it' }).count()).toBe(0);
  });

  test('a server that passes the test is used without a restart', async () => {
    const address = choice().getByRole('textbox', { name: 'Or by its address' });
    await address.fill(`${server.url.replace('http://', '')}/v1`);
    await address.press('Enter');
    await choice().getByText('Ollama').nth(0).waitFor();
    await choice().getByRole('button', { name: 'Use it' }).click();
    await clients().waitFor();
    const { upstreams } = (await tokwatt.get('/api/upstreams')) as {
      upstreams: { name: string; target_url: string; proxy_url: string }[];
    };
    // The guess that was down is gone, so the server has its place and its port.
    expect(upstreams).toMatchObject([
      { name: 'ollama', target_url: server.url, proxy_url: tokwatt.proxy },
    ]);
    await expect.poll(() => clients().textContent(), POLL).toContain(tokwatt.proxy);
  });

  test('a test asks a model that is there, and the first request is told with its figures', async () => {
    await expect.poll(() => clients().textContent(), POLL).toContain('one:1b');
    await withoutViolations();
    await clients().getByRole('radio', { name: 'Codex' }).check();
    expect(await clients().textContent()).toContain(`base_url = "${tokwatt.proxy}/v1"`);
    await clients().getByRole('radio', { name: 'Ollama CLI' }).check();
    await clients().getByRole('button', { name: 'Send a test request' }).click();
    const first = page.getByRole('region', { name: 'The first request' });
    await first.getByText('Tokwatt test asked').waitFor();
    expect(await first.textContent()).toMatch(/tokens in, .* out · in /);
    await withoutViolations();
    await first.getByRole('button', { name: 'Continue' }).click();
    expect(await first.count()).toBe(0);
    await page.getByRole('region', { name: 'Throughput' }).waitFor();
  });

  test('a client gets its tick with its first request', async () => {
    await page.goto(`${tokwatt.api}/#/settings/connections`);
    await page.getByRole('radio', { name: 'curl', exact: true }).check();
    await page.getByText('No request of it seen yet').waitFor();
    await fetch(`${tokwatt.proxy}/api/chat`, {
      method: 'POST',
      headers: { 'user-agent': 'curl/8.9.1' },
      body: JSON.stringify({ model: 'one:1b', messages: [], stream: false }),
    });
    await page.getByText('curl asked one:1b').waitFor();
    await page.getByRole('radio', { name: 'curl seen' }).waitFor();
  });

  test('a port is taken over from the settings, with every step shown, and given back', async () => {
    await page.goto(`${tokwatt.api}/#/settings/upstreams`);
    const group = page.getByRole('region', { name: 'Take over a port' });
    await group.getByRole('button', { name: 'Show how to take over the port of ollama' }).click();
    const { port } = new URL(server.url);
    const { takeovers } = (await tokwatt.get('/api/takeovers')) as {
      takeovers: { plan: { server_port: number } }[];
    };
    const to = takeovers[0]!.plan.server_port;
    const shown = await group.textContent();
    expect(shown).toContain(`OLLAMA_HOST=127.0.0.1:${to} ollama serve`);
    expect(shown).toContain(`OLLAMA_HOST=127.0.0.1:${port} ollama serve`);
    await withoutViolations();
    await group.getByRole('button', { name: `take port ${port}` }).click();
    await group.getByText(`Waiting for the server on port ${to}`).waitFor();
    const moved = await startOllamaLike({ models: { 'one:1b': 2 ** 30 }, port: to });
    await group.getByText(`something still listens on ${port}`).waitFor();
    await server.stop();
    await group.getByText(`Tokwatt listens on port ${port}`).waitFor();
    expect((await fetch(`${server.url}/api/tags`)).status).toBe(200);
    await group.getByRole('button', { name: `Give port ${port} back` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Give port' }).click();
    await group.getByText(`Clients use port ${port}`).waitFor();
    await expect(fetch(`${server.url}/api/tags`)).rejects.toThrow();
    await moved.stop();
  });
});
