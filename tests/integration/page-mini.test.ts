/** The page of the mini monitor in Chromium, with a scripted main process. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { miniSize } from '../../electron/shell/mini/placement.ts';
import { LOCALES } from '../../shared/messages/messages.ts';
import type { Locale } from '../../shared/messages/messages.ts';
import { MINI_FORMS } from '../../shared/mini-monitor-settings.ts';
import type { MiniForm } from '../../shared/mini-monitor-settings.ts';
import type { State } from '../../shared/snapshot.ts';
import { violations } from '../support/axe.ts';
import { findChromium, startRendererPages } from '../support/renderer-page.ts';
import type { RendererPages } from '../support/renderer-page.ts';
import { scenario } from '../support/scenarios.ts';
import { textFaults } from '../support/text-overflow.ts';

const NOW = new Date(2026, 10, 20, 14, 30).getTime();
const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const NAMES = [
  'qwen3:8b',
  'hf.co/unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF:UD-Q4_K_XL',
  'a-very-long-organisation-name/an-even-longer-model-name-with-a-quantisation:Q5_K_M',
];

describe.skipIf(browserPath === null)(`the mini monitor${why}`, () => {
  let pages: RendererPages;

  beforeAll(async () => {
    pages = await startRendererPages(NOW, browserPath!);
  });
  afterAll(() => pages.dispose());

  async function open(
    form: MiniForm,
    { language = 'en', models = NAMES.length }: { language?: Locale; models?: number } = {},
  ): Promise<Page> {
    const page = await pages.open('full', {
      ...{ view: 'mini.html', language, ...miniSize(form, models) },
      scheme: form === 'strip' ? 'dark' : 'light',
    });
    await page.evaluate((changed) => window.fakeMain.push(changed), state(form, language, models));
    return page;
  }

  test.each(LOCALES)('each form shows its figures in its size, in %s', async (language) => {
    for (const form of MINI_FORMS) {
      const page = await open(form, { language });
      await page.getByText('648 tok/s').waitFor();
      expect(await textFaults(page)).toEqual([]);
      const height = await page.evaluate(() => document.querySelector('main')!.scrollHeight);
      expect(height).toBeLessThanOrEqual(miniSize(form, NAMES.length).height);
      if (language === 'en') expect(await violations(page)).toEqual([]);
      // Figures of a lost core are not shown any more.
      const { attachment } = scenario('detached', NOW).state;
      await page.evaluate((changed) => window.fakeMain.push(changed), { attachment });
      await page.getByText('648 tok/s').waitFor({ state: 'hidden' });
      expect(await textFaults(page)).toEqual([]);
    }
    expect(pages.complaints()).toEqual([]);
  });

  test('the card counts the models that have no row', async () => {
    const page = await open('card', { models: 8 });
    await page.getByText('and 2 more').waitFor();
    expect(await page.getByRole('listitem').count()).toBe(7);
    const rest = page.getByText('and 2 more');
    const bottom = await rest.evaluate((row) => innerHeight - row.getBoundingClientRect().bottom);
    expect(bottom).toBeGreaterThanOrEqual(0);
  });

  test('the palette of the window shows it, and lets it catch clicks again', async () => {
    const page = await pages.open('full');
    const { app } = scenario('full', NOW).state;
    const miniMonitor = { ...app.miniMonitor, clickThrough: true };
    await page.evaluate((changed) => window.fakeMain.push({ app: changed }), {
      ...{ ...app, miniMonitor },
      appearance: { ...app.appearance, language: 'en' as const },
    });
    for (const words of ['show or hide the mini', 'catch clicks']) {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.insertText(words);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    const calls = await page.evaluate(() => window.fakeMain.calls);
    expect(calls).toContainEqual({ name: 'showMiniMonitor', input: 'toggle' });
    const patch = { miniMonitor: { clickThrough: false } };
    expect(calls).toContainEqual({ name: 'updateSettings', input: patch });
  });

  test('Enter, Escape and the button ask the application', async () => {
    const page = await open('strip');
    await page.getByText('648 tok/s').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.getByRole('button').evaluate((each) => each.matches(':focus'))).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    const calls = await page.evaluate(() => window.fakeMain.calls.map(({ name }) => name));
    expect(calls.filter((name) => name !== 'getSnapshot')).toEqual([
      'openWindow',
      'openMiniMenu',
      'showMiniMonitor',
    ]);
  });
});

function state(form: MiniForm, language: Locale, count: number): Partial<State> {
  const { app, loadedModels } = scenario('full', NOW).state;
  const [model] = loadedModels;
  return {
    app: {
      ...app,
      appearance: { ...app.appearance, language },
      miniMonitor: { ...app.miniMonitor, form },
    },
    loadedModels: Array.from({ length: count }, (_, at) => ({
      ...model!,
      name: NAMES[at] ?? `model-${at}`,
      expiresAt: NOW + at * 240_000,
    })),
  };
}
