import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { chat, chats } from '../support/chats.ts';
import { tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { activityRecord } from '../support/records.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { findChromium } from '../support/renderer-page.ts';
import { seedLedger } from '../support/seeded-ledger.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 20_000, interval: 50 };
const SEEDED = 3_000;
const SLOWEST = 1_234;
const CANCELLED = 77;

let upstream: RecordedUpstream;
let folder: string;
let tokwatt: Headless;

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-page-activity-'));
  seed(folder);
  const cost = {
    ...{ currency: 'EUR', tariff: { price: 0.31 }, since: '2026-01-01' },
    ...{ carbon: { gramsPerKwh: 342 }, prices: [{ model: 'hf.co*', input: 0.4, output: 1.6 }] },
  };
  const settings = { captures: { enabled: true }, cost };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  const args = ['--upstream', upstream.url, '--log-level', 'error'];
  tokwatt = await startHeadless({ args, dataDir: folder });
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Old rows, one of which took longest. */
function seed(into: string): void {
  const { timing } = activityRecord();
  const end = Date.now() - 60_000;
  const records = Array.from({ length: SEEDED }, (_, at) => {
    const id = at + 1;
    const completedAt = end - (SEEDED - id) * 1_000;
    const durationMs = id === SLOWEST ? 90_000 : 2_000 + at;
    const model = id === SLOWEST ? 'hf.co/someone/a-long-name-of-a-model-GGUF:Q4_K_M' : 'qwen3:8b';
    const timings = { ...timing, durationMs, queueMs: 120 };
    return activityRecord({
      id,
      startedAt: completedAt - durationMs,
      completedAt,
      model,
      timing: timings,
      error: id === CANCELLED ? 'cancelled_by_user' : null,
      energyJoules: id === SLOWEST ? 3_600 : null,
    });
  });
  seedLedger(into, records);
}

describe.skipIf(browserPath === null)(`the activity page${why}`, () => {
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

  async function open(view: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    const token = tokenOf(tokwatt);
    await page.addInitScript((given) => sessionStorage.setItem('tokwatt-token', given), token);
    await page.goto(`${tokwatt.api}/${view}`);
    return page;
  }

  const rowsOf = (page: Page) =>
    page
      .getByRole('grid', { name: 'Finished requests' })
      .getByRole('row')
      .filter({ has: page.getByRole('gridcell') });
  const asideOf = (page: Page) => page.getByRole('complementary');

  test('asks for the token, and shows nothing without it', async () => {
    const page = await browser.newPage();
    await page.goto(`${tokwatt.api}/#/activity`);
    await page.getByRole('button', { name: 'Enter the token' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill(tokenOf(tokwatt));
    await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => rowsOf(page).count(), POLL).toBeGreaterThan(10);
  });

  test('finds the slowest answer of the day with the keyboard alone', async () => {
    const page = await open('#/activity?range=24h');
    await rowsOf(page).first().waitFor();
    await page.getByRole('columnheader', { name: 'Duration' }).getByRole('button').focus();
    await page.keyboard.press('Enter');
    await page.getByText(/^The first 200 of [\d,]+ by duration\./).waitFor();
    await page.getByRole('grid', { name: 'Finished requests' }).focus();
    await page.keyboard.press('ArrowDown');
    await asideOf(page)
      .getByRole('heading', { name: /hf\.co/ })
      .waitFor();
    expect(page.url()).toContain(`id=${SLOWEST}`);
    await asideOf(page).getByText('Queue 120 ms').waitFor();
    await asideOf(page).getByText('at €0.31 a kWh', { exact: true }).waitFor();
    await asideOf(page).getByText('at 342 g a kWh').waitFor();
    await asideOf(page).getByText('at $0.40 in and $1.60 out per million tokens').waitFor();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.url(), POLL).toContain(`id=${SEEDED}`);
    await page.keyboard.press('Escape');
    await expect.poll(() => asideOf(page).count(), POLL).toBe(0);
    // Opening it was a step, moving was none.
    await page.goBack();
    await asideOf(page).waitFor();
  });

  test('keeps its place while requests finish, and shows them when asked', async () => {
    const page = await open('#/activity');
    await rowsOf(page).first().waitFor();
    const before = SEEDED + (await finished());
    await page.getByText(`${before.toLocaleString('en-US')} requests`).waitFor();
    await page
      .getByRole('grid', { name: 'Finished requests' })
      .evaluate((grid) => grid.scrollTo(0, 28_000));
    const shown = await rowAt(page, 1_010);
    await chats(tokwatt, 3);
    const button = page.getByRole('button', { name: '3 new' });
    await button.waitFor();
    expect(await rowAt(page, 1_010)).toBe(shown);
    await button.click();
    await page.getByText(`${(before + 3).toLocaleString('en-US')} requests`).waitFor();
    await expect.poll(() => rowsOf(page).first().getAttribute('aria-rowindex'), POLL).toBe('2');
    // At the top they come by themselves.
    await chat(tokwatt);
    await page.getByText(`${(before + 4).toLocaleString('en-US')} requests`).waitFor();
  });

  test('shows what was asked and answered, and gives it as code', async () => {
    const messages = [{ role: 'user', content: 'How many watts?' }];
    const body = { prompt: undefined, messages, stream: true };
    await chat(tokwatt, { path: '/v1/chat/completions', body });
    const page = await open('#/activity');
    await rowsOf(page).first().click();
    await asideOf(page).getByText('How many watts?').waitFor();
    await asideOf(page).getByText('The meter reads wörds. Done').waitFor();
    await asideOf(page).getByRole('tab', { name: 'Headers' }).click();
    await asideOf(page).getByText('content-type').first().waitFor();
    await asideOf(page).getByRole('button', { name: 'More actions for this request' }).click();
    await page.getByRole('menuitem', { name: 'Copy as curl' }).click();
    const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied, POLL).toContain('How many watts?');
    expect(await copied()).toContain(`${tokwatt.proxy}/v1/chat/completions`);
  });

  test('compares two requests', async () => {
    const page = await open('#/activity');
    await rowsOf(page).nth(0).click();
    await rowsOf(page)
      .nth(1)
      .click({ modifiers: ['Shift'] });
    await asideOf(page).getByRole('heading', { name: 'Compared' }).waitFor();
    expect(await asideOf(page).getByRole('row').count()).toBeGreaterThan(10);
    expect(page.url()).toMatch(/id=\d+&with=\d+/);
  });

  test('filters by chips and search, all in the address', async () => {
    const page = await open('#/activity?status=5');
    await page.getByText('No request fits these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByRole('searchbox').fill('SOMEONE');
    await page.getByText(/^1 request$/).waitFor();
    expect(page.url()).toContain('q=SOMEONE');
    await page.reload();
    await page.getByText(/^1 request$/).waitFor();
    await expect.poll(() => rowsOf(page).count(), POLL).toBe(1);
  });

  test('shows sessions, and the requests of one', async () => {
    for (const content of ['One', 'Two']) {
      const body = JSON.stringify({ model: 'qwen3:8b', messages: [{ role: 'user', content }] });
      const headers = { 'x-session-id': 'run-7' };
      await (await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', headers, body })).text();
    }
    const page = await open('#/activity');
    await page.getByRole('radio', { name: 'Sessions' }).check();
    const session = page.getByRole('row').filter({ hasText: 'run-7' });
    await expect
      .poll(() => session.locator('[data-col="requests"]').getAttribute('data-value'), POLL)
      .toBe('2');
    expect(await violations(page)).toEqual([]);
    await session.getByRole('button', { name: 'run-7' }).click();
    await page.getByText(/^2 requests$/).waitFor();
    expect(page.url()).toContain('session=run-7');
  });

  test('says who cancelled a request', async () => {
    const page = await open('#/activity?error=cancelled_by_user');
    await page.getByText(/^1 request$/).waitFor();
    await rowsOf(page).first().click();
    await asideOf(page).getByText('Cancelled by user, in Tokwatt.').waitFor();
  });

  test('remembers chosen columns', async () => {
    const page = await open('#/activity');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('dialog').getByLabel('Path', { exact: true }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.reload();
    await page.getByRole('columnheader', { name: 'Path' }).waitFor();
  });

  test('is clean to axe, in light and dark, wide and narrow', { timeout: 240_000 }, async () => {
    const page = await open('#/activity');
    await rowsOf(page).first().click();
    await asideOf(page).getByRole('tab', { name: 'Raw' }).click();
    expect(await violations(page)).toEqual([]);
    const dark = await open('#/activity?q=qwen', { colorScheme: 'dark' });
    await rowsOf(dark).first().click();
    await asideOf(dark).getByRole('heading', { name: 'Phases' }).waitFor();
    expect(await violations(dark, SCHEME_RULES)).toEqual([]);
    const narrow = await open('#/activity', { viewport: { width: 390, height: 844 } });
    await rowsOf(narrow).first().waitFor();
    expect(await violations(narrow)).toEqual([]);
    await rowsOf(narrow).first().click();
    await narrow.getByRole('button', { name: 'Back to the list' }).click();
    await rowsOf(narrow).first().waitFor();
  });

  /** Requests that the tests before have sent. */
  async function finished(): Promise<number> {
    const { activity } = (await tokwatt.get('/api/activity?limit=1')) as {
      activity: { id: number }[];
    };
    return (activity[0]?.id ?? SEEDED) - SEEDED;
  }

  async function rowAt(page: Page, index: number): Promise<string | null> {
    const row = page.locator(`[role=row][aria-rowindex="${index}"]:not(:has([aria-busy]))`);
    await row.waitFor();
    return row.getAttribute('id');
  }
});
