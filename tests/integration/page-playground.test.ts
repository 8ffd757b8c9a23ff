import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { formatCount, formatDuration, formatMarked } from '../../shared/format.ts';
import type { Provenance } from '../../shared/usage.ts';
import { launchBrowser } from '../support/browser.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { ask, tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike } from '../support/ollama-like.ts';
import { findChromium } from '../support/renderer-page.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 20_000, interval: 50 };
/** Long enough to see an answer grow. */
const GAP_MS = 600;
const MODEL = 'qwen3:8b';
const OTHER = 'llama3.2:3b';
const BROKEN = 'broken:1b';
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let server: OllamaLike;
let folder: string;
let tokwatt: Headless;

beforeAll(async () => {
  server = await startOllamaLike({
    models: { [MODEL]: 5e9, [OTHER]: 2e9, [BROKEN]: 1e9 },
    gapMs: GAP_MS,
    callsTool: true,
    words: ['## Wörter\n\n', 'in **pieces** &amp; `code`\n\n', '```ts\nlet a = 1;\n```\n'],
  });
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-playground-'));
  tokwatt = await startHeadless({
    args: ['--upstream', server.url, '--log-level', 'error'],
    dataDir: folder,
  });
  await ask(tokwatt, 'POST', '/api/bridge/updateSettings', {
    input: { captures: { enabled: true } },
  });
});
afterAll(async () => {
  await tokwatt.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(browserPath === null)(`the playground${why}`, () => {
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser(browserPath!);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(() => browser.close());

  async function open(query = '', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    });
    await context.addInitScript(
      ([token]) => sessionStorage.setItem('tokwatt-token', token!),
      [tokenOf(tokwatt)],
    );
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      const isOurs = !message.text().startsWith('Failed to load resource');
      if (['error', 'warning'].includes(message.type()) && isOurs) complaints.push(message.text());
    });
    await page.goto(`${tokwatt.api}/#/playground${query}`);
    await field(page).waitFor();
    return page;
  }

  const of = (model: string): string => `?model=${encodeURIComponent(model)}`;

  test('an answer streams with its reasoning, tool calls and Markdown, and its figures are the row’s', async () => {
    const page = await open(of(MODEL));
    await field(page).fill('How many?');
    await field(page).press('Enter');
    const answer = page.getByRole('article', { name: MODEL });
    await answer.getByRole('heading', { name: 'Wörter' }).waitFor();
    // It is shown while it grows.
    expect(await answer.getAttribute('aria-busy')).toBe('true');
    expect(await page.getByRole('status').allTextContents()).not.toContain(said('has answered'));
    await page.getByText(said('has answered')).waitFor({ state: 'attached' });
    expect(await field(page).inputValue()).toBe('');

    expect(await answer.locator('strong').textContent()).toBe('pieces');
    expect(await answer.getByText('in pieces & code').count()).toBe(1);
    expect(await answer.getByText('Call of the tool add').count()).toBe(1);
    expect(await answer.getByText('Hm').isVisible()).toBe(false);
    await answer.getByText('Reasoning', { exact: true }).click();
    expect(await answer.getByText('Hm').isVisible()).toBe(true);
    await answer.getByRole('button', { name: 'Copy the code' }).click();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()), POLL)
      .toBe('let a = 1;');
    await page.getByRole('button', { name: 'More of the conversation', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Copy the conversation' }).click();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()), POLL)
      .toContain('**user**\n\nHow many?');
    await expect.poll(() => page.getByRole('status').allTextContents(), POLL).toContain('Copied');

    const [row] = await tokwatt.activity(1);
    expect(row).toMatchObject({ model: MODEL, client: { application: 'Tokwatt Playground' } });
    const figure = (name: string): Promise<string | null> =>
      page.locator(`[data-figure=${name}]`).textContent();
    await expect
      .poll(() => figure('output'), POLL)
      .toBe(marked(row!.usage.output_tokens, row!.usage.provenance.output));
    expect(await figure('input')).toBe(
      marked(row!.usage.input_tokens, row!.usage.provenance.input),
    );
    expect(await figure('firstToken')).toBe(formatDuration(row!.timing.time_to_first_token_ms));
    expect(await figure('duration')).toBe(formatDuration(row!.timing.duration_ms));
    // There is no GPU to measure.
    expect(await figure('energy')).toBe('–');
  });

  test('Esc stops the answer at the server; it can be asked again and edited', async () => {
    const page = await open(of(MODEL));
    const before = server.cancelledChats();
    await field(page).fill('First line');
    await field(page).press('Shift+Enter');
    await field(page).pressSequentially('second line');
    await field(page).press('Enter');
    await page.getByRole('heading', { name: 'Wörter' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Stopped.', { exact: true }).waitFor();
    await expect.poll(() => server.cancelledChats(), POLL).toBe(before + 1);
    await expect.poll(async () => (await rowNow())?.error, POLL).toBe('client_aborted');

    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByText(said('has answered')).waitFor({ state: 'attached' });
    expect(lastAsked().body.messages).toEqual([
      { role: 'user', content: 'First line\nsecond line' },
    ]);
    await page.getByRole('button', { name: 'Edit' }).click();
    expect(await field(page).inputValue()).toBe('First line\nsecond line');
    expect(await page.getByRole('article').count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('article', { name: MODEL }).waitFor();
  });

  test('two models answer one question, with their figures beside each other', async () => {
    const page = await open(of(MODEL));
    await page.getByRole('button', { name: 'Compare with a second model' }).click();
    await choose(page, 'Compared with', OTHER);
    await field(page).fill('Both of you');
    await field(page).press('Enter');
    for (const model of [MODEL, OTHER]) {
      await page.getByRole('article', { name: model }).locator('strong').waitFor();
    }
    const table = page.getByRole('table', { name: 'Figures of both answers' });
    const cells = table.locator('[data-figure=output]').getByRole('cell');
    await expect.poll(() => cells.allTextContents(), POLL).toContain('±0 %');
    const asked = chatsAsked()
      .slice(-2)
      .map(({ body }) => body.model);
    expect(asked.toSorted()).toEqual([OTHER, MODEL]);

    // Each model sees its own answers as what it has said.
    await field(page).fill('And now?');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => (lastAsked().body.messages as unknown[]).length, POLL).toBe(3);
    await expect.poll(() => page.getByRole('button', { name: 'Send' }).count(), POLL).toBe(1);
    for (const [scheme, rules] of [['light'], ['dark', SCHEME_RULES]] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      expect(await violations(page, rules)).toEqual([]);
    }
  });

  test('system prompt, parameters and images go with the message; a wrong one stops it', async () => {
    const page = await open(of(MODEL));
    await page.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.');
    await page.getByRole('textbox', { name: 'Temperature' }).fill('warm');
    await field(page).fill('Look');
    await field(page).press('Enter');
    await page.getByRole('alert').getByText('Correct the parameters first').waitFor();
    const values = { Temperature: '0.5', 'Top p': '0.9', 'Top k': '40', 'Most tokens': '64' };
    for (const [name, value] of Object.entries({ ...values, Seed: '7', Context: '4096' })) {
      await page.getByRole('textbox', { name }).fill(value);
    }
    const file = { name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('img', { name: 'dot.png' }).waitFor();
    await field(page).press('Enter');
    await page.getByText(said('has answered')).waitFor({ state: 'attached' });
    expect(lastAsked().body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Look', images: [PIXEL] },
      ],
      options: {
        temperature: 0.5,
        top_p: 0.9,
        top_k: 40,
        num_predict: 64,
        seed: 7,
        num_ctx: 4096,
      },
    });
  });

  test('nothing is kept unless the user says so; what is kept can be opened and deleted', async () => {
    const page = await open(of(MODEL));
    await field(page).fill('A private question');
    await field(page).press('Enter');
    await page.getByText(said('has answered')).waitFor({ state: 'attached' });
    await page.waitForTimeout(800);
    const stored = (): Promise<string> =>
      page.evaluate(async () =>
        JSON.stringify([Object.entries(localStorage), await indexedDB.databases()]),
      );
    expect(await stored()).not.toMatch(/private|tokwatt-playground/);

    const menu = page.getByRole('button', { name: 'More of the conversation' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Kept chats' }).click();
    expect(await stored()).not.toContain('tokwatt-playground');
    await page.getByRole('checkbox', { name: 'Keep chats' }).check();
    await page.getByRole('button', { name: 'Open the chat “A private question”' }).waitFor();
    await page.reload();
    await field(page).waitFor();
    expect(await page.getByRole('article').count()).toBe(0);
    await menu.click();
    await page.getByRole('menuitem', { name: 'Kept chats' }).click();
    await page.getByRole('button', { name: 'Open the chat “A private question”' }).click();
    await page.getByRole('article', { name: MODEL }).locator('strong').waitFor();

    await menu.click();
    await page.getByRole('menuitem', { name: 'Kept chats' }).click();
    await page.getByRole('button', { name: 'Delete all…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete all kept chats?' });
    await dialog.getByText('1 chat').or(dialog.getByText('A private question')).first().waitFor();
    await dialog.getByRole('button', { name: 'Delete the chat' }).click();
    await page.getByText('No chat is kept.').waitFor();
    await expect.poll(stored, POLL).not.toMatch(/private|"tokwatt-playground"/);
  });

  test('a captured request is replayed with its model and parameters', async () => {
    const body = {
      model: OTHER,
      messages: [
        { role: 'system', content: 'You count.' },
        { role: 'user', content: 'One?' },
        { role: 'assistant', content: 'One.' },
        { role: 'user', content: 'And then?' },
      ],
      options: { temperature: 0.3 },
    };
    const sent = await fetch(`${tokwatt.proxy}/api/chat`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    await sent.text();
    await expect.poll(async () => (await rowNow())?.sampling?.temperature, POLL).toBe(0.3);
    const page = await open(`?from=${(await rowNow())!.id}`);
    await expect.poll(() => field(page).inputValue(), POLL).toBe('And then?');
    expect(await page.getByRole('textbox', { name: 'System prompt' }).inputValue()).toBe(
      'You count.',
    );
    expect(await page.getByRole('textbox', { name: 'Temperature' }).inputValue()).toBe('0.3');
    expect(await page.getByRole('combobox', { name: 'Model' }).inputValue()).toBe(OTHER);
    await field(page).press('Enter');
    await page.getByText(`${OTHER} has answered`).waitFor({ state: 'attached' });
    expect(lastAsked().body).toMatchObject({ model: OTHER, messages: body.messages });
  });

  test('errors say what to do: a missing model, an answer that breaks', async () => {
    const page = await open(of('missing:1b'));
    await field(page).fill('Hello');
    await field(page).press('Enter');
    await page.getByText('missing:1b did not answer.').waitFor();
    expect(await page.getByRole('link', { name: 'Look at the models' }).count()).toBe(1);
    await choose(page, 'Model', BROKEN);
    await page.getByRole('button', { name: 'Ask again' }).last().click();
    await page.getByRole('article', { name: BROKEN }).getByText('the runner has died').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  function lastAsked(): (typeof server.asked)[number] {
    return chatsAsked().at(-1)!;
  }

  /** Tokwatt asks the server for its models in between. */
  function chatsAsked(): (typeof server.asked)[number][] {
    return server.asked.filter(({ path }) => path === '/api/chat');
  }

  async function rowNow(): Promise<Awaited<ReturnType<Headless['activity']>>[number] | undefined> {
    return (await tokwatt.activity(1))[0];
  }
});

function marked(count: number | null, provenance: Provenance | null): string {
  return formatMarked(formatCount(count), provenance);
}

function said(words: string): string {
  return `${MODEL} ${words}`;
}

function field(page: Page): ReturnType<Page['locator']> {
  return page.getByRole('textbox', { name: 'Message' });
}

async function choose(page: Page, label: string, model: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).fill(model);
  await page.getByRole('option', { name: model }).click();
}
