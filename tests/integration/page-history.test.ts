/** The history page in a real browser, over HTTP, on a ledger of three weeks. */
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { History } from '../../shared/history.ts';
import { fromWire } from '../../shared/wire.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { ask, tokenOf } from '../support/control-api.ts';
import { startCorePages } from '../support/core-pages.ts';
import type { CorePages } from '../support/core-pages.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { seedHistory } from '../support/history-ledger.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { findChromium } from '../support/renderer-page.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 20_000, interval: 50 };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.now();
/** Whole hours, so that the answer's range is the one that is asked for. */
const TO = Math.floor(NOW / HOUR) * HOUR;
const FIXED = `range=${TO - DAY}~${TO}`;
const CHARTS = [
  ...['Requests', 'Tokens', 'Output speed', 'Time to first token', 'Errors'],
  'Power of all GPUs',
];

describe.skipIf(browserPath === null)(`the history page${why}`, () => {
  let folder: string;
  let tokwatt: Headless;
  let pages: CorePages;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-page-history-'));
    seedHistory(folder, NOW);
    tokwatt = await startHeadless({ args: ['--log-level', 'error'], dataDir: folder });
    pages = await startCorePages(browserPath!);
  });
  afterEach(async () => {
    await page.context().close();
    expect(pages.complaints()).toEqual([]);
  });
  afterAll(async () => {
    await pages.dispose();
    await tokwatt.stop();
    await removeFolder(folder);
  });

  async function open(query: string, options: BrowserContextOptions = {}): Promise<void> {
    page = await pages.open(`${tokwatt.api}/#/history?${query}`, options);
    await sums().waitFor();
  }
  const sums = (): Locator => page.getByRole('region', { name: 'Sums of the range' });
  const chart = (name: string): Locator => page.getByRole('slider', { name, exact: true });
  const cell = (rows: Locator, column: string): Promise<(number | null)[]> =>
    rows
      .locator(`[data-col="${column}"]`)
      .evaluateAll((all) =>
        all.map((each) =>
          each.hasAttribute('data-value') ? Number(each.getAttribute('data-value')) : null,
        ),
      );
  const total = async (column: string): Promise<number | null> =>
    (await cell(sums().locator('tbody tr').first(), column))[0] ?? null;
  const param = (name: string): string | null =>
    new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get(name);
  async function answer(more: string): Promise<History> {
    return fromWire(
      await ask<unknown>(tokwatt, 'GET', `/api/history?points=150&${more}`),
    ) as History;
  }

  test('shows the sums of the API, by group, and filters by a click', async () => {
    await open(`${FIXED}&by=model`);
    const found = await answer(`from=${TO - DAY}&to=${TO}&by=model`);
    expect(found.total.sums.requests).toBeGreaterThan(30);
    const rows = sums().locator('tbody tr');
    for (const column of ['requests', 'inputTokens', 'outputTokens', 'energyJoules'] as const) {
      const expected = [found.total, ...found.lines].map((line) => line.sums[column]);
      expect(await cell(rows, column)).toEqual(expected);
    }
    await page.getByRole('button', { name: 'Show only qwen3:8b' }).click();
    await expect.poll(() => param('model'), POLL).toBe('qwen3:8b');
    const own = found.lines.find(({ name }) => name === 'qwen3:8b')!.sums.requests;
    await expect.poll(() => total('requests'), POLL).toBe(own);
    await page.getByRole('row', { name: 'Model qwen3:8b' }).press('Delete');
    await expect.poll(() => total('requests'), POLL).toBe(found.total.sums.requests);
  });

  test('has one crosshair and one zoom, by pointer and by keyboard', async () => {
    await open(FIXED);
    const all = await total('requests');
    await chart('Output speed').hover({ position: { x: 150, y: 40 } });
    const crosshairs = page.locator('[data-crosshair]');
    await expect.poll(() => crosshairs.count(), POLL).toBe(CHARTS.length);
    const box = (await chart('Requests').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.1, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 30, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => param('out'), POLL).toContain('~');
    const [from = 0, to = 0] = param('range')!.split('~').map(Number);
    expect((to - from) / DAY).toBeCloseTo(0.2, 1);
    await expect.poll(() => total('requests'), POLL).toBeLessThan(all!);
    expect(await total('requests')).toBe(
      (await answer(`from=${from}&to=${to}`)).total.sums.requests,
    );
    await page.goBack();
    await expect.poll(() => total('requests'), POLL).toBe(all);
    await page.goForward();
    await expect.poll(() => total('requests'), POLL).toBeLessThan(all!);
    await chart('Requests').dblclick();
    await expect.poll(() => total('requests'), POLL).toBe(all);

    await chart('Tokens').focus();
    for (const key of ['Home', 'Enter', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Enter']) {
      await page.keyboard.press(key);
    }
    await expect.poll(() => total('requests'), POLL).toBeLessThan(all!);
    await chart('Tokens').focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => total('requests'), POLL).toBe(all);
    expect(param('out')).toBeNull();
  });

  test('shades the time in which metering was off, and leaves its steps out', async () => {
    await open(FIXED);
    const { off, at, total: line } = await answer(`from=${TO - DAY}&to=${TO}`);
    expect(off).toHaveLength(1);
    const shaded = page.locator('[data-metering=off]');
    expect(await shaded.count()).toBe(CHARTS.length);
    await page.getByRole('button', { name: /^Show all/ }).click();
    const shown = await page
      .locator('tr[data-at]')
      .evaluateAll((all) => all.map((row) => Number(row.getAttribute('data-at'))));
    const known = at.filter((_, index) => line.requests[index] !== null);
    expect(shown.reverse()).toEqual(known);
    expect(known.length).toBeLessThan(at.length);
  });

  test('compares with the time before', async () => {
    await open(`range=${TO - 5 * HOUR}~${TO}`);
    await page.getByRole('button', { name: /Compare with/ }).click();
    await page.getByRole('option', { name: 'The time before' }).click();
    const other = sums().locator('tr', { hasText: 'time before' });
    await other.waitFor();
    const before = await answer(`from=${TO - 10 * HOUR}&to=${TO - 5 * HOUR}`);
    expect(await cell(other, 'requests')).toEqual([before.total.sums.requests]);
    expect(await page.locator('path[stroke-dasharray="2 3"]').count()).toBeGreaterThan(3);
  });

  test('starts a job, shows it as a range and deletes it', async () => {
    await open('model=qwen3:8b');
    await page.getByRole('button', { name: 'Jobs', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('bench');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Token' }).fill(tokenOf(tokwatt));
    await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
    const job = page.getByRole('listitem').filter({ hasText: 'bench' });
    await job.getByText('qwen3:8b · running').waitFor();
    await job.getByRole('button', { name: 'Show' }).click();
    await expect.poll(() => param('range'), POLL).toMatch(/^\d+~$/);
    expect([param('job'), param('model')]).toEqual(['bench', null]);
    await page.getByText('Nothing in this range matches the filters.').waitFor();
    await page.getByRole('row', { name: 'Job bench' }).waitFor();
    await page.getByRole('button', { name: 'Jobs', exact: true }).click();
    await page.getByRole('button', { name: 'Actions of the job bench' }).click();
    await page.getByRole('menuitem', { name: 'Stop' }).click();
    await job.getByText('ran for').waitFor();
    await page.getByRole('button', { name: 'Actions of the job bench' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('There are no jobs yet.').waitFor();
    expect(param('job')).toBeNull();
  });

  test('saves the charts as a picture and the figures as a table', async () => {
    await open(FIXED);
    const save = async (name: string): Promise<Buffer> => {
      await page.getByRole('button', { name: 'Save or copy this view' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name }).click(),
      ]);
      return readFile(await download.path());
    };
    const png = await save('Save the charts as PNG');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(1_600);
    const [head = '', ...rows] = (await save('Save the figures as CSV')).toString().split('\r\n');
    const place = head.split(',').indexOf('requests');
    const requests = rows.reduce((sum, row) => sum + Number(row.split(',')[place] ?? 0), 0);
    expect(requests).toBe(await total('requests'));
  });

  test('offers a longer range where there is nothing', async () => {
    const range = `${NOW - 300 * DAY}~${NOW - 299 * DAY}`;
    page = await pages.open(`${tokwatt.api}/#/history?range=${range}`);
    await page.getByText('Nothing was metered in this range.').waitFor();
    await page.getByRole('button', { name: 'Show a longer range' }).click();
    await sums().waitFor();
    expect(param('range')).toBe('7d');
  });

  test('axe finds nothing, in either scheme', async () => {
    for (const [colorScheme, rules] of [['light'], ['dark', SCHEME_RULES]] as const) {
      await open('range=30d&by=application&compare=before', { colorScheme });
      await page.getByRole('slider', { name: /^Use by day and hour/ }).waitFor();
      expect(await violations(page, rules)).toEqual([]);
      if (colorScheme === 'light') await page.context().close();
    }
  });
});
