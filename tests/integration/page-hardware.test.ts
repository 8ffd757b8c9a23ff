/** The hardware page in a real browser, over HTTP: a scripted nvidia-smi, and a ledger of some days. */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EnergyDays } from '../../shared/energy-days.ts';
import { fromWire } from '../../shared/wire.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { ask } from '../support/control-api.ts';
import { NVIDIA_LINE } from '../support/fake-nvidia-smi.ts';
import {
  HOUR_JOULES,
  SEEDED_DAYS,
  SEEDED_GPU,
  WALL_JOULES,
  seedHardware,
} from '../support/hardware-ledger.ts';
import { startCorePages } from '../support/core-pages.ts';
import type { CorePages } from '../support/core-pages.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { findChromium } from '../support/renderer-page.ts';

const browserPath = findChromium();
const isPossible = browserPath !== null && process.platform !== 'win32';
const POLL = { timeout: 20_000, interval: 50 };
const DAY = 86_400_000;
const NOW = Date.now();
const TARIFF = { currency: 'EUR', tariff: { price: 0.3 }, since: '2020-01-01' };
const CHARTS = ['Utilisation', 'Memory', 'Power', 'Temperature'];

describe.skipIf(!isPossible)('the hardware page', () => {
  let folder: string;
  let tokwatt: Headless;
  let pages: CorePages;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-page-hardware-'));
    const data = join(folder, 'data');
    const bin = join(folder, 'bin');
    for (const each of [data, bin]) mkdirSync(each);
    writeFileSync(join(data, 'settings.json'), JSON.stringify({ version: 1, cost: TARIFF }));
    seedHardware(data, NOW);
    const smi = join(bin, 'nvidia-smi');
    writeFileSync(smi, `#!/bin/sh\nwhile :; do echo '${NVIDIA_LINE}'; sleep 0.3; done\n`);
    chmodSync(smi, 0o755);
    const env = { PATH: `${bin}:${process.env.PATH ?? ''}` };
    tokwatt = await startHeadless({ args: ['--log-level', 'error'], dataDir: data, env });
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

  async function open(
    query = '',
    options: BrowserContextOptions = {},
    core: Headless = tokwatt,
  ): Promise<void> {
    page = await pages.open(`${core.api}/#/hardware${query}`, options);
  }
  const chart = (name: string) =>
    page.getByRole('slider', { name: `${name} of NVIDIA L4`, exact: true });
  const figure = async (name: string): Promise<number> =>
    Number(await page.locator(`[data-figure="${name}"]`).getAttribute('data-value'));
  const param = (name: string): string | null =>
    new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get(name);

  test('shows a device with its figures, its charts and what reads it', async () => {
    await open();
    await page.getByRole('heading', { name: 'NVIDIA L4' }).waitFor();
    await page.getByText(/NVIDIA · 0000:01:00\.0 .*read by nvidia-smi/).waitFor();
    expect(await figure('utilization')).toBe(12);
    expect(await figure('power')).toBe(55.5);
    expect(await page.locator('[data-figure="power"]').textContent()).toBe('55.5 W of 300 W');
    for (const name of CHARTS) await chart(name).waitFor();
    await page.getByText('does not tell which processes use it').waitFor();
  });

  test('shows energy and cost by day, with the columns of the address', async () => {
    await open();
    const rows = page.locator('tr[data-day]:not([data-day=""])');
    await expect.poll(() => rows.count(), POLL).toBeGreaterThanOrEqual(SEEDED_DAYS);
    const seeded = rows.filter({
      has: page.locator(`[data-col="attributed"][data-value="${2 * HOUR_JOULES.attributed}"]`),
    });
    await expect.poll(() => seeded.count(), POLL).toBe(SEEDED_DAYS);
    const cell = async (column: string): Promise<number> =>
      Number(await seeded.first().locator(`[data-col="${column}"]`).getAttribute('data-value'));
    expect(await cell('phantom')).toBe(2 * HOUR_JOULES.phantom);
    const { attributed, idle, other } = HOUR_JOULES;
    expect(await cell('cost')).toBeCloseTo((2 * (attributed + idle + other) * 0.3) / 3_600_000, 5);
    expect(await cell('tariff')).toBeCloseTo(0.3, 9);
    await page.getByRole('checkbox', { name: 'Cloud price' }).press('Space');
    await page.getByRole('columnheader', { name: 'Cloud' }).waitFor();
    await page.getByRole('checkbox', { name: 'Wall' }).press('Space');
    await expect.poll(() => param('columns')).toBe('cloud,wall');
    expect(await cell('wall')).toBe(2 * WALL_JOULES);
    await page.reload();
    await page.getByRole('columnheader', { name: 'Wall' }).waitFor();
  });

  test('the sums of the API are those of the days', async () => {
    await open();
    const range = `from=${NOW - 14 * DAY}&to=${NOW}`;
    const days = fromWire(
      await ask<unknown>(tokwatt, 'GET', `/api/energy/days?${range}`),
    ) as EnergyDays;
    const total = days.totals.find(({ device }) => device === SEEDED_GPU)!;
    expect(total.phantomJoules).toBeGreaterThanOrEqual(2 * SEEDED_DAYS * HOUR_JOULES.phantom);
    expect(days.wallFactor).toBeCloseTo(2, 6);
    const sum = days.together.reduce((all, { attributedJoules }) => all + attributedJoules, 0);
    expect(sum).toBeCloseTo(total.attributedJoules, 3);
  });

  test('has one crosshair and one zoom over the charts of its devices', async () => {
    await open(`?range=${NOW - DAY}~${NOW}`);
    await chart('Power').hover({ position: { x: 150, y: 40 } });
    const crosshairs = page.locator('[data-device="0"] [data-crosshair]');
    await expect.poll(() => crosshairs.count(), POLL).toBe(CHARTS.length);
    await chart('Power').focus();
    for (const key of ['Home', 'Enter', 'Shift+ArrowRight', 'Enter'])
      await page.keyboard.press(key);
    await expect.poll(() => param('range'), POLL).not.toBe(`${NOW - DAY}~${NOW}`);
    const [from = 0, to = 0] = param('range')!.split('~').map(Number);
    expect(to - from).toBeLessThan(DAY);
    await page.goBack();
    await expect.poll(() => param('range'), POLL).toBe(`${NOW - DAY}~${NOW}`);
  });

  test('is reached by its keys, and shows what Tokwatt itself uses', async () => {
    await open();
    await page.goto(`${tokwatt.api}/#/`);
    await page.locator('[data-page="overview"]').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await page.getByRole('region', { name: 'What Tokwatt itself uses' }).waitFor();
    const now = page.locator('[data-use="now"] [data-col="memory"]');
    await expect
      .poll(
        async () => Number(await now.getAttribute('data-value', { timeout: 1_000 }).catch(() => 0)),
        { ...POLL, timeout: 40_000 },
      )
      .toBeGreaterThan(10 * 2 ** 20);
  });

  test('axe finds nothing in either scheme, and nothing is cut off where it is narrow', async () => {
    for (const [colorScheme, rules] of [['light'], ['dark', SCHEME_RULES]] as const) {
      await open('?columns=cloud,carbon,wall', { colorScheme });
      for (const name of CHARTS) await chart(name).waitFor();
      await page.locator('tr[data-day]').first().waitFor();
      expect(await violations(page, rules)).toEqual([]);
      await page.context().close();
    }
    await open('', { viewport: { width: 390, height: 844 } });
    await chart('Power').waitFor();
    const isWide = () =>
      page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(await isWide()).toBe(false);
  });

  test('says without a GPU what was searched for and what helps', async () => {
    const empty = await startHeadless({
      args: ['--log-level', 'error'],
      env: { PATH: join(folder, 'nothing') },
    });
    try {
      await open('', {}, empty);
      await page.getByText(/No GPU was found\./).waitFor();
      await page.getByText('install its driver').waitFor();
      await page.getByText('No energy was measured on these days.').waitFor();
      expect(await violations(page)).toEqual([]);
    } finally {
      await empty.stop();
    }
  });
});
