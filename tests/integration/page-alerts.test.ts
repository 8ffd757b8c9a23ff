/** The alerts page with a real Tokwatt, real requests and Chromium over HTTP. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AlertHistory } from '../../shared/alert-history.ts';
import type { AlertRule } from '../../shared/alerts.ts';
import type { Wire } from '../../shared/wire.ts';
import { launchBrowser } from '../support/browser.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { chat } from '../support/chats.ts';
import { ask, tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { activityRecord } from '../support/records.ts';
import { findChromium } from '../support/renderer-page.ts';
import { seedLedger } from '../support/seeded-ledger.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 30_000, interval: 100 };
const HOUR = 3_600_000;

// Each test goes on where the one before ended, so none can be repeated alone.
describe.skipIf(browserPath === null)(`the alerts page${why}`, { retry: 0 }, () => {
  let browser: Browser;
  let upstream: RecordedUpstream;
  let tokwatt: Headless;
  let page: Page;
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-page-alerts-'));

  beforeAll(async () => {
    // Three slow answers on each of three days.
    const now = Date.now();
    const times = [50, 30, 10].flatMap((hours) =>
      [0, 1, 2].map((second) => now - hours * HOUR + second * 1_000),
    );
    seedLedger(
      folder,
      times.map((at, index) => slow(index + 1, at)),
    );
    const rules = [{ name: 'Quiet', figure: 'upstream_down', by: 'upstream', forMs: 60_000 }];
    writeFileSync(join(folder, 'settings.json'), JSON.stringify({ alerts: { rules } }));
    upstream = await startRecordedUpstream({ answerDelayMs: 40 });
    tokwatt = await startHeadless({
      dataDir: folder,
      args: ['--upstream', `box=${upstream.url}`, '--log-level', 'error'],
    });
    browser = await launchBrowser(browserPath!);
    page = await open({ width: 1280, height: 800 });
  });
  afterAll(async () => {
    await browser.close();
    await tokwatt.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(viewport: { width: number; height: number }): Promise<Page> {
    const context = await browser.newContext({ viewport });
    const opened = await context.newPage();
    await opened.goto(`${tokwatt.api}/#/alerts`);
    await opened.getByRole('group', { name: 'Quiet' }).waitFor();
    return opened;
  }

  const rule = (name: string): Locator => page.getByRole('group', { name, exact: true });
  const saved = async (): Promise<Wire<AlertRule>[]> =>
    (await ask<{ rules: Wire<AlertRule>[] }>(tokwatt, 'GET', '/api/alerts')).rules;
  const choose = async (field: Locator, option: string): Promise<void> => {
    await field.press('Enter');
    await page.getByRole('option', { name: option, exact: true }).waitFor();
    await page.keyboard.type(option);
    await page.keyboard.press('Enter');
    await page.getByRole('listbox').waitFor({ state: 'detached' });
  };

  test('a rule is made by keyboard alone', async () => {
    await page.getByRole('button', { name: 'Add a rule' }).press('Enter');
    await page.getByRole('menuitem', { name: 'A blank rule' }).waitFor();
    await page.keyboard.press('Enter');
    // The first change asks for the token.
    await page.getByRole('dialog', { name: 'API token' }).waitFor();
    await page.keyboard.insertText(tokenOf(tokwatt));
    await page.keyboard.press('Enter');
    await rule('New rule').waitFor();
    await rule('New rule').getByRole('textbox', { name: 'Name of the rule' }).focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Slow answers');
    await page.keyboard.press('Enter');
    await rule('Slow answers').waitFor();
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(focused).toBe('Name of the rule');

    const threshold = rule('Slow answers').getByRole('spinbutton', { name: 'Threshold' });
    await threshold.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('0.02');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await saved())[1]?.threshold, POLL).toBe(20);
    await choose(rule('Slow answers').getByRole('button', { name: /Severity/ }), 'critical');
    await choose(rule('Slow answers').getByRole('button', { name: /Window/ }), '1 min');
    await rule('Slow answers').getByRole('switch').press('Space');
    await expect
      .poll(async () => (await saved())[1], POLL)
      .toMatchObject({
        ...{ name: 'Slow answers', figure: 'latency_ms', threshold: 20, clear: 20 },
        ...{ window_ms: 60_000, severity: 'critical', enabled: true },
      });
  });

  test('it fires by real requests, and is in the history after it is resolved', async () => {
    await chat(tokwatt);
    const now = page.getByRole('list', { name: 'Alerts now' });
    await now.getByText('Firing').waitFor();
    expect(await now.textContent()).toMatch(/Slow answers Latency .* of 20 ms/);
    // Another limit resolves it.
    const threshold = rule('Slow answers').getByRole('spinbutton', { name: 'Threshold' });
    await threshold.fill('5');
    await threshold.press('Enter');
    await now.getByText('Resolved').waitFor();
    const rows = page.getByRole('table', { name: 'Alerts' }).locator('tbody tr');
    await expect.poll(() => rows.count(), POLL).toBe(1);
    expect(await rows.first().textContent()).toContain('Slow answers');
    const { alerts } = await ask<Wire<AlertHistory>>(tokwatt, 'GET', '/api/alerts/history');
    expect(alerts).toMatchObject([{ rule: 'Slow answers', is_ongoing: false }]);

    await rule('Quiet').getByRole('button', { name: 'More about Quiet' }).click();
    await page.getByRole('menuitem', { name: 'Show its history' }).click();
    await page.getByText('This rule has not fired.').waitFor();
    expect(page.url()).toContain('rule=Quiet');
    await page.goBack();
    await expect.poll(() => rows.count(), POLL).toBe(1);
  });

  test('its preview tells when it would have fired, and follows an edit', async () => {
    const slowRule = rule('Slow answers');
    await slowRule.getByRole('button', { name: 'Last week' }).press('Enter');
    await slowRule.getByText('It would have fired 3 times in the last week.').waitFor();
    await slowRule
      .getByText(/peak 9\.\d\d s/)
      .first()
      .waitFor();
    const threshold = slowRule.getByRole('spinbutton', { name: 'Threshold' });
    await threshold.fill('20');
    await threshold.press('Enter');
    await slowRule.getByText('It would not have fired in the last week.').waitFor();
    await rule('Quiet').getByRole('button', { name: 'Last week' }).press('Enter');
    await rule('Quiet').getByText('Whether a server answered is not stored.').waitFor();
  });

  test('what the core refuses stays, with its reason, and can be discarded', async () => {
    const threshold = rule('Slow answers').getByRole('spinbutton', { name: 'Threshold' });
    await threshold.fill('');
    await threshold.press('Enter');
    await rule('Slow answers')
      .getByRole('alert')
      .getByText('threshold: latency_ms needs one (ms)')
      .waitFor();
    expect((await saved())[1]?.threshold).toBe(20_000);
    await rule('Slow answers').getByRole('button', { name: 'Discard the change' }).click();
    await expect.poll(() => threshold.inputValue(), POLL).toBe('20');
  });

  test('axe finds nothing, light and dark, with everything open', async () => {
    await rule('Slow answers').getByRole('button', { name: 'Exact values' }).click();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page, SCHEME_RULES)).toEqual([]);
  });

  test('deleting can be undone', async () => {
    await rule('Slow answers')
      .getByRole('button', { name: 'More about Slow answers' })
      .press('Enter');
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await rule('Slow answers').waitFor({ state: 'detached' });
    expect((await saved()).map(({ name }) => name)).toEqual(['Quiet']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await rule('Slow answers').waitFor();
    expect((await saved()).map(({ name }) => name)).toEqual(['Quiet', 'Slow answers']);
  });

  test('so can renaming, in the field too', async () => {
    const name = rule('Quiet').getByRole('textbox', { name: 'Name of the rule' });
    await name.fill('Silent');
    await name.press('Enter');
    await rule('Silent').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await rule('Quiet').waitFor();
    expect(await name.inputValue()).toBe('Quiet');
    expect((await saved()).map((each) => each.name)).toEqual(['Quiet', 'Slow answers']);
  });

  function slow(id: number, at: number) {
    const row = activityRecord({ id, startedAt: at - 9_000, completedAt: at });
    return { ...row, timing: { ...row.timing, durationMs: 9_000 } };
  }
});
