/** Five tasks with a real Tokwatt in Chromium, by the keyboard alone: no pointer, and the focus always seen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { ask, tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { keyboardOf } from '../support/keyboard.ts';
import type { Keyboard } from '../support/keyboard.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike } from '../support/ollama-like.ts';
import { activityRecord } from '../support/records.ts';
import { findChromium } from '../support/renderer-page.ts';
import { seedLedger } from '../support/seeded-ledger.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 20_000, interval: 50 };
const SLOW = { timeout: 120_000 };
const HOUR = 3_600_000;
const YESTERDAYS_SLOWEST = 3;

describe.skipIf(browserPath === null)(`the keyboard alone${why}`, () => {
  let upstream: OllamaLike;
  let tokwatt: Headless;
  let browser: Browser;
  let page: Page;
  let keys: Keyboard;
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-keyboard-'));

  beforeAll(async () => {
    seedLedger(folder, answers());
    // An answer takes a minute, so that it is there to be cancelled.
    const words = Array.from({ length: 300 }, (_, index) => `${index} `);
    upstream = await startOllamaLike({ models: { 'one:1b': 2 ** 30 }, gapMs: 200, words });
    const args = ['--upstream', `box=${upstream.url}`, '--log-level', 'error'];
    tokwatt = await startHeadless({ args, dataDir: folder });
    browser = await launchBrowser(browserPath!);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-US',
    });
    page = await context.newPage();
    keys = keyboardOf(page);
    await page.goto(`${tokwatt.api}/`);
    await page.getByRole('region', { name: 'GPU' }).waitFor();
    await keys.press('Tab');
  });
  afterAll(async () => {
    await browser.close();
    await tokwatt.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('finds the slowest answer of yesterday', SLOW, async () => {
    await keys.press('g', 'a');
    await keys.tabTo(page.getByRole('button', { name: 'Enter the token' }));
    await keys.press('Enter');
    await giveToken();
    await keys.tabTo(page.getByRole('button', { name: /Time range/ }));
    await keys.press('Enter');
    await keys.type('Between');
    await keys.press('Enter');
    const dialog = page.getByRole('dialog');
    await keys.tabTo(dialog.getByLabel('From'));
    await typeMidnight(daysAgo(1));
    await keys.tabTo(dialog.getByLabel('To'));
    await typeMidnight(daysAgo(0));
    await keys.tabTo(dialog.getByRole('button', { name: 'Show' }));
    await keys.press('Enter');
    await page.getByText(/^3 requests$/).waitFor();
    await keys.tabTo(page.getByRole('columnheader', { name: 'Duration' }).getByRole('button'));
    await keys.press('Enter');
    await page.getByText(/by duration/).waitFor();
    await keys.tabTo(page.getByRole('grid', { name: 'Finished requests' }), 'Shift+Tab');
    await keys.press('ArrowDown');
    await page.getByRole('complementary').getByText('41.0 s').first().waitFor();
    expect(page.url()).toContain(`id=${YESTERDAYS_SLOWEST}`);
    await keys.press('Escape');
    await keys.focusIsOn(page.getByRole('grid', { name: 'Finished requests' }));
  });

  test('cancels a running request', SLOW, async () => {
    const running = fetch(`${tokwatt.proxy}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ model: 'one:1b', messages: [{ role: 'user', content: 'Count.' }] }),
    }).then((answer) => answer.text());
    running.catch(() => undefined);
    await keys.press('g', 'o');
    const row = page.getByRole('list', { name: 'In flight' }).getByRole('listitem');
    await row.waitFor();
    await keys.tabTo(row.getByRole('button', { name: 'Cancel the request for one:1b' }));
    await keys.press('Enter');
    await page.getByText(/^Cancelled\. The /).waitFor();
    await row.waitFor({ state: 'detached' });
    await keys.press('Tab');
    await expect.poll(() => upstream.cancelledChats(), POLL).toBe(1);
  });

  test('pulls a model and loads it', SLOW, async () => {
    await keys.press('g', 'm');
    await page.getByRole('button', { name: 'Actions for one:1b' }).waitFor();
    const pull = page.getByRole('button', { name: 'Pull a model' });
    await keys.tabTo(pull);
    await keys.press('Enter');
    await keys.focusIsOn(page.getByRole('dialog').getByRole('textbox', { name: 'Model' }));
    await keys.type('new:1b');
    await keys.press('Enter');
    await keys.focusIsOn(pull);
    await expect.poll(() => upstream.models.has('new:1b'), POLL).toBe(true);
    const menu = page.getByRole('button', { name: 'Actions for new:1b' });
    await keys.tabTo(menu);
    await keys.press('Enter');
    await keys.type('Load');
    await keys.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Load new:1b' });
    await keys.tabTo(dialog.getByRole('button', { name: 'Load', exact: true }));
    await keys.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(upstream.models.get('new:1b')?.loaded).toBe(true);
    await keys.focusIsOn(menu);
  });

  test('sets the price of electricity', SLOW, async () => {
    await keys.press('g', 's');
    await page.getByRole('region', { name: 'Ports and library' }).waitFor();
    await keys.press('/');
    await keys.type('price of electricity');
    await keys.tabTo(page.getByRole('main').getByRole('link', { name: 'Price of electricity' }));
    await keys.press('Enter');
    const field = page.getByRole('textbox', { name: 'Price of electricity' });
    await keys.focusIsOn(field);
    await keys.press('Control+A');
    await keys.type('0.31');
    await keys.press('Enter');
    // A price needs a currency, and the field says so.
    await page
      .getByRole('alert')
      .getByText(/currency: is needed/)
      .waitFor();
    const currency = page.getByRole('textbox', { name: 'Currency', exact: true });
    await keys.tabTo(currency, 'Shift+Tab');
    await keys.type('EUR');
    await keys.press('Enter');
    await page.getByRole('status').getByText('Currency: changed.').waitFor();
    await keys.tabTo(field);
    await keys.press('Enter');
    const settings = (): Promise<unknown> => ask(tokwatt, 'GET', '/api/bridge/getSettings');
    await expect
      .poll(settings, POLL)
      .toMatchObject({ settings: { cost: { tariff: { price: 0.31 } } } });
    await keys.focusIsOn(field);
  });

  test('makes an alert', SLOW, async () => {
    // From a field, in which letters are text.
    await keys.tabTo(page.getByRole('navigation').getByRole('link', { name: /^Alerts/ }));
    await keys.press('Enter');
    await keys.tabTo(page.getByRole('button', { name: 'Add a rule' }));
    await keys.press('Enter');
    await keys.focusIsOn(page.getByRole('menuitem', { name: 'A blank rule' }));
    await keys.press('Enter');
    const rule = page.getByRole('group', { name: 'New rule', exact: true });
    await rule.waitFor();
    await keys.tabTo(rule.getByRole('spinbutton', { name: 'Threshold' }));
    await keys.press('Control+A');
    await keys.type('12');
    await keys.press('Enter');
    await keys.tabTo(rule.getByRole('switch'), 'Shift+Tab');
    await keys.press('Space');
    const rules = async (): Promise<unknown> =>
      (await ask<{ rules: unknown }>(tokwatt, 'GET', '/api/alerts')).rules;
    await expect
      .poll(rules, POLL)
      .toMatchObject([{ name: 'New rule', threshold: 12_000, enabled: true }]);
  });

  async function giveToken(): Promise<void> {
    await page.getByRole('dialog', { name: 'API token' }).waitFor();
    await keys.type(tokenOf(tokwatt));
    await keys.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }

  /** Into the parts of the browser's own field: month, day, year, hour, minute, half of the day. */
  async function typeMidnight(day: Date): Promise<void> {
    const two = (value: number): string => String(value).padStart(2, '0');
    await keys.type(`${two(day.getMonth() + 1)}${two(day.getDate())}${day.getFullYear()}`);
    await keys.press('ArrowRight');
    await keys.type('1200AM');
  }
});

function daysAgo(days: number): Date {
  const date = new Date();
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() - days);
  return date;
}

/** Of three days. The slowest of all was not yesterday. */
function answers(): ReturnType<typeof activityRecord>[] {
  const noon = daysAgo(1).getTime() + 12 * HOUR;
  const today = Math.min(Date.now() - 1_000, daysAgo(0).getTime() + 1_000);
  const times: readonly [number, number][] = [
    [daysAgo(2).getTime() + HOUR, 95_000],
    [noon, 12_000],
    [noon + HOUR, 41_000],
    [noon + 2 * HOUR, 7_000],
    [today, 88_000],
  ];
  return times.map(([completedAt, durationMs], index) => {
    const row = activityRecord({ id: index + 1, startedAt: completedAt - durationMs, completedAt });
    return { ...row, timing: { ...row.timing, durationMs } };
  });
}
