/** The chart kit in a real browser, by its gallery. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GalleryFile } from '../../renderer/charts/gallery/window.ts';
import { violations } from '../support/axe.ts';
import { startChartGallery } from '../support/chart-gallery.ts';
import type { ChartGallery } from '../support/chart-gallery.ts';
import { findChromium } from '../support/renderer-page.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 10_000, interval: 50 };
/** Charts of the group that have values. */
const DRAWN = 5;

describe.skipIf(browserPath === null)(`charts in a browser${why}`, () => {
  let gallery: ChartGallery;
  let page: Page;

  beforeAll(async () => {
    gallery = await startChartGallery(browserPath!);
  });

  afterEach(async () => {
    await page.context().close();
    // What the policy blocks and what React complains about shows up here; so does a loop of a ResizeObserver.
    expect(gallery.complaints()).toEqual([]);
  });

  afterAll(async () => {
    await gallery.dispose();
  });

  const chart = (name: string): Locator => page.getByRole('slider', { name, exact: true });
  const crosshairs = (): Locator => page.locator('[data-crosshair]');
  const rangeShown = async (): Promise<number[]> =>
    ((await page.getByTestId('range').textContent()) ?? '').split(' ').map(Number);

  test('share their crosshair, and moving it draws no chart again', async () => {
    page = await gallery.open();
    await chart('Speed').hover({ position: { x: 200, y: 40 } });
    await expect.poll(() => crosshairs().count(), POLL).toBe(DRAWN);
    const times = await crosshairs().evaluateAll((all) =>
      all.map((each) => each.getAttribute('data-crosshair')),
    );
    expect(new Set(times).size).toBe(1);
    // Only the one that is pointed at repeats the time.
    const texts = await page.locator('[data-readout]').allTextContents();
    expect(texts.filter((text) => /\d\d:\d\d/.test(text))).toHaveLength(1);
    const drawn = await page.evaluate(() => window.galleryDraws);
    const reading = await chart('Power').getAttribute('aria-valuetext');
    for (let x = 90; x < 190; x += 4) await chart('Speed').hover({ position: { x, y: 40 } });
    await expect.poll(() => chart('Power').getAttribute('aria-valuetext'), POLL).not.toBe(reading);
    expect(await page.evaluate(() => window.galleryDraws)).toBe(drawn);
    await page.mouse.move(2, 2);
    await expect.poll(() => crosshairs().count(), POLL).toBe(0);
  });

  test('align figures on the decimal separator', async () => {
    page = await gallery.open();
    await chart('Tokens').hover({ position: { x: 30, y: 40 } });
    const readout = page.locator('[data-readout]', { hasText: 'gpt-oss:20b' });
    const edges = await readout
      .locator('[data-form] > :nth-child(3)')
      .evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().right)));
    expect(edges).toHaveLength(4);
    expect(new Set(edges).size).toBe(1);
  });

  test('zoom to a dragged range and back by a double click', async () => {
    page = await gallery.open();
    const before = await rangeShown();
    const box = (await chart('Speed').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, box.y + 40, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.5, box.y + 50, { steps: 4 });
    await page.mouse.up();
    await expect.poll(rangeShown, POLL).not.toEqual(before);
    const [from = 0, to = 0] = await rangeShown();
    const [start = 0, end = 0] = before;
    expect((from - start) / (end - start)).toBeCloseTo(0.25, 1);
    expect((to - start) / (end - start)).toBeCloseTo(0.5, 1);
    await chart('Power').dblclick();
    await expect.poll(rangeShown, POLL).toEqual(before);
  });

  test('are worked by the keyboard and say their values', async () => {
    page = await gallery.open();
    const before = await rangeShown();
    const speed = chart('Speed');
    await speed.focus();
    await page.keyboard.press('End');
    await expect
      .poll(() => speed.getAttribute('aria-valuetext'), POLL)
      .toMatch(/, p50 [\d.]+ tok\/s, /);
    const last = await speed.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => speed.getAttribute('aria-valuetext'), POLL).not.toBe(last);
    expect(await crosshairs().count()).toBe(DRAWN);
    await page.keyboard.press('Enter');
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Enter');
    await expect.poll(rangeShown, POLL).not.toEqual(before);
    const [from = 0, to = 0] = await rangeShown();
    // With the last step, where it began.
    expect(to - from).toBe(31 * 900_000);
    await page.keyboard.press('Escape');
    await expect.poll(rangeShown, POLL).toEqual(before);
  });

  test('stay where they are when values change', async () => {
    page = await gallery.open();
    const places = async (): Promise<unknown> =>
      page.locator('section, h3, [role="slider"]').evaluateAll((all) =>
        all.map((each) => {
          const { x, y, width, height } = each.getBoundingClientRect();
          return [x, y, width, height];
        }),
      );
    // Charts below the window's edge are drawn after the others.
    await page.waitForTimeout(1_000);
    const before = await places();
    const text = await chart('Speed').getAttribute('aria-valuetext');
    for (let tick = 0; tick < 3; tick += 1) await page.getByText('New values').click();
    await expect.poll(() => chart('Speed').getAttribute('aria-valuetext'), POLL).not.toBe(text);
    expect(await places()).toEqual(before);
  });

  test('draw nothing while nothing changes', async () => {
    page = await gallery.open();
    await page.waitForTimeout(700);
    const changes = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let seen = 0;
          const observer = new MutationObserver((records) => (seen += records.length));
          observer.observe(document, { subtree: true, childList: true, attributes: true });
          setTimeout(() => resolve(seen), 1_500);
        }),
    );
    expect(changes).toBe(0);
  });

  test('are saved as PNG and CSV', async () => {
    page = await gallery.open();
    await page.getByRole('button', { name: 'Menu of Speed', exact: true }).click();
    await page.getByRole('button', { name: 'Save as PNG' }).click();
    await page.getByRole('button', { name: 'Menu of Speed', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Save as CSV' }).press('Enter');
    await expect.poll(() => page.evaluate(() => window.gallerySaved.length), POLL).toBe(2);
    const saved = await page.evaluate(async () => {
      const files: GalleryFile[] = window.gallerySaved.toSorted((a, b) =>
        a.name.localeCompare(b.name),
      );
      const image = await createImageBitmap(files[1]!.file);
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const colors = new Set<string>();
      for (let at = 0; at < data.length; at += 4) colors.add(data.slice(at, at + 3).join(' '));
      return {
        names: files.map(({ name }) => name),
        csv: await files[0]!.file.text(),
        size: [image.width, image.height],
        colors: [...colors],
      };
    });
    expect(saved.names).toEqual(['tokwatt-speed.csv', 'tokwatt-speed.png']);
    expect(saved.csv.split('\r\n')[0]).toBe(
      'Time,p50 (tok/s),p50 p5 (tok/s),p50 p95 (tok/s),"p50, day before (tok/s)"',
    );
    expect(saved.csv.split('\r\n')).toHaveLength(122);
    expect(saved.size[0]).toBeGreaterThan(800);
    // The surface and the line, in their colours.
    expect(saved.colors).toEqual(expect.arrayContaining(['252 252 251', '10 114 104']));
  });

  test('open an exchange of the lanes by pointer and keyboard', async () => {
    page = await gallery.open();
    await page.getByRole('button', { name: 'qwen3:8b, done-0' }).click();
    await expect.poll(() => page.evaluate(() => location.hash), POLL).toBe('#done-0');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => location.hash), POLL).toBe('#done-1');
  });

  test('have a cell of the heat map and a dot of the scatter in words', async () => {
    page = await gallery.open();
    await chart('Tokens by day and hour').focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    expect(await chart('Tokens by day and hour').getAttribute('aria-valuetext')).toMatch(
      /^Tue 01:00/,
    );
    const table = page.getByRole('table', { name: 'Tokens by day and hour' });
    expect(await table.getByRole('row').count()).toBe(8);
    await chart('Speed against context').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => location.hash), POLL).toMatch(/^#exchange-/);
  });

  test('have their data as a short table for screen readers', async () => {
    page = await gallery.open();
    const table = page.getByRole('table', { name: 'Speed: 60 of 120 values' });
    // It comes after the pictures.
    await expect.poll(() => table.getByRole('row').count(), POLL).toBe(61);
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ] as const)(
    'are accessible and inside the page in the %s scheme, %i px wide',
    async (scheme, width) => {
      page = await gallery.open({ scheme, width });
      await chart('Speed').hover({ position: { x: 100, y: 40 } });
      await expect.poll(() => crosshairs().count(), POLL).toBe(DRAWN);
      expect(await violations(page)).toEqual([]);
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      expect(scrollWidth).toBe(clientWidth);
    },
    240_000,
  );
});
