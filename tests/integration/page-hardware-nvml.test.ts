/**
 * What only a driver's library tells, on the hardware page in a real browser: why GPUs are slowed down, which processes
 * use them, their clocks, and the instances of a divided card.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { FAKE_NVML_OBSTACLE, FakeNvml } from '../support/fake-nvml.ts';
import type { FakeAnswers } from '../support/fake-nvml.ts';
import { startCorePages } from '../support/core-pages.ts';
import type { CorePages } from '../support/core-pages.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { findChromium } from '../support/renderer-page.ts';

const browserPath = findChromium();
const obstacle = FAKE_NVML_OBSTACLE ?? (browserPath === null ? 'no Chromium here' : null);
const why = obstacle === null ? '' : ` (${obstacle})`;
const POLL = { timeout: 20_000, interval: 50 };

const RTX: FakeAnswers = {
  ...{ '0.uuid': 'GPU-1', '0.name': 'NVIDIA GeForce RTX 4090', '0.bus': '00000000:01:00.0' },
  ...{ '0.power': 318_420, '0.limit': 450_000, '0.utilization': 96, '0.temperature': 61 },
  '0.memory_utilization': 40,
  ...{ '0.memory_total': 25_757_220_864, '0.memory_used': 22_345_154_560 },
  ...{ '0.clock': 2_520, '0.max_clock': 3_105, '0.memory_clock': 10_501, '0.fan': 30 },
  ...{ '0.reasons': 0x4 + 0x20 + 0x40, '0.processes': 12 },
  ...{ '0.gen': 4, '0.width': 8, '0.max_gen': 4, '0.max_width': 16 },
};
/** A divided card: instance 0 of GPU 1 has the index 20. */
const A100: FakeAnswers = {
  ...{ '1.uuid': 'GPU-2', '1.name': 'NVIDIA A100-SXM4-40GB', '1.bus': '00000000:02:00.0' },
  ...{ '1.power': 96_000, '1.limit': 400_000, '1.temperature': 38, '1.reasons': 0 },
  ...{ '1.mig': 1, '1.places': 7, '1.utilization': '!3', '1.memory_total': '!3' },
  ...{ '20.uuid': 'MIG-a', '20.name': 'NVIDIA A100-SXM4-40GB MIG 3g.20gb' },
  ...{ '20.memory_total': 21_000_000_000, '20.memory_used': 5_000_000_000 },
  ...{ '1.processes': 0 },
};

describe.skipIf(obstacle !== null)(`the hardware page over a driver's library${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-page-nvml-'));
  let nvml: FakeNvml;
  let tokwatt: Headless;
  let pages: CorePages;
  let page: Page;

  beforeAll(async () => {
    nvml = new FakeNvml(folder);
    nvml.answer({ count: 2, ...RTX, ...A100 });
    tokwatt = await startHeadless({ args: ['--log-level', 'error'], env: nvml.env });
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

  async function open(options: BrowserContextOptions = {}): Promise<void> {
    page = await pages.open(`${tokwatt.api}/#/hardware`, options);
    await device(0).waitFor();
  }
  const device = (index: number): Locator => page.locator(`[data-device="${index}"]`);
  const figure = (index: number, name: string): Promise<string | null> =>
    device(index).locator(`[data-figure="${name}"]`).textContent();

  test('says why a GPU is slowed down, and follows it', async () => {
    await open();
    const reasons = device(0).locator('[data-reason]');
    await device(0).getByText('Temperature.', { exact: true }).waitFor();
    const told = (): Promise<(string | null)[]> =>
      reasons.evaluateAll((all) => all.map((each) => each.getAttribute('data-reason')));
    expect(await told()).toEqual(['power_cap', 'thermal']);
    await device(1).getByText('Nothing slows the GPU down.').waitFor();
    nvml.answer({ count: 2, ...RTX, ...A100, '0.reasons': 0x4 });
    await expect.poll(told, POLL).toEqual(['power_cap']);
    nvml.answer({ count: 2, ...RTX, ...A100 });
    await expect.poll(told, POLL).toEqual(['power_cap', 'thermal']);
  });

  test('lists the processes with their memory, and all of them on request', async () => {
    await open();
    const rows = device(0).locator('tr[data-pid]');
    await expect.poll(() => rows.count(), POLL).toBe(8);
    const memory = rows.first().locator('[data-col="memory"]');
    expect(await memory.getAttribute('data-value')).toBe(String(2 ** 20));
    await device(0)
      .getByRole('button', { name: /^Show all/ })
      .click();
    await expect.poll(() => rows.count(), POLL).toBe(12);
    await device(0).locator('tr[data-pid="1002"]').getByText('program-1002').waitFor();
    // The driver does not tell the name of this one.
    expect(await device(0).locator('tr[data-pid="1001"]').textContent()).not.toContain('program');
    expect(await device(1).locator('tr[data-pid]').count()).toBe(0);
  });

  test('shows clocks and the link beside their highest values', async () => {
    await open();
    await expect.poll(() => figure(0, 'clock'), POLL).toMatch(/2,520.*3,105/);
    expect(await figure(0, 'pcie')).toMatch(/8.*16/);
  });

  test('shows the instances of a divided card, and follows them', async () => {
    await open();
    const instance = device(1).locator('[data-instance="MIG-a"]');
    await instance.getByText('MIG 3g.20gb', { exact: true }).waitFor();
    await instance.getByText('4.7 GiB of 19.6 GiB').waitFor();
    expect(await device(0).locator('[data-instance]').count()).toBe(0);
    nvml.answer({ count: 2, ...RTX, ...A100, '20.uuid': '!6' });
    await instance.waitFor({ state: 'detached' });
    nvml.answer({ count: 2, ...RTX, ...A100 });
    await instance.waitFor();
  });

  test('numbers two GPUs, and shows one of them on request', async () => {
    await open();
    for (const name of ['0: NVIDIA GeForce RTX 4090', '1: NVIDIA A100-SXM4-40GB']) {
      await page.getByRole('heading', { name, exact: true }).waitFor();
    }
    await page.getByRole('button', { name: /All devices/ }).click();
    await page.getByRole('option', { name: /A100/ }).click();
    await device(0).waitFor({ state: 'detached' });
    expect(new URL(page.url()).hash).toContain('device=1');
    await page.reload();
    await device(1).waitFor();
    expect(await device(0).count()).toBe(0);
  });

  test('axe finds nothing in either scheme, and nothing is wider than the page', async () => {
    for (const [colorScheme, rules] of [['light'], ['dark', SCHEME_RULES]] as const) {
      await open({ colorScheme });
      await device(0).locator('tr[data-pid]').first().waitFor();
      expect(await violations(page, rules)).toEqual([]);
      await page.context().close();
    }
    const languages = [
      [390, 'de', 'Alle 12 zeigen'],
      [2_560, 'zh-CN', '显示全部 12 项'],
    ] as const;
    for (const [width, locale, all] of languages) {
      await open({ viewport: { width, height: 900 }, locale });
      await device(0).locator('tr[data-pid]').first().waitFor();
      await device(0).getByText(all, { exact: true }).waitFor();
      const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(isWide).toBe(false);
      if (locale === 'de') await page.context().close();
    }
  });
});
