/** What the window says of updates of the desktop, in its languages. The steps themselves are tested end to end. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppUpdateState, FoundUpdate } from '../../shared/app-update.ts';
import type { Locale } from '../../shared/messages/messages.ts';
import { stated } from '../../shared/sentences.ts';
import { updateProblem } from '../../electron/shell/updates/update-problem.ts';
import { violations } from '../support/axe.ts';
import { scenario } from '../support/scenarios.ts';
import { findChromium, startRendererPages } from '../support/renderer-page.ts';
import type { RendererPages } from '../support/renderer-page.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const NOW = new Date(2026, 10, 28, 14, 30).getTime();
const FOUND: FoundUpdate = { version: '0.2.0', notes: null, bytes: 99 * 1024 ** 2, command: null };
const UPDATE: AppUpdateState = {
  ...{ kind: 'appimage', replacesItself: true, source: 'https://tokwatt.invalid/releases/' },
  ...{ step: 'idle', checkedAt: null, found: null, progress: null },
  ...{ message: null, messageSentence: null },
};
const NO_ROOM = updateProblem('download', { code: 'ENOSPC' }, '/home/a/.cache');

describe.skipIf(browserPath === null)(`updates in the window${why}`, () => {
  let pages: RendererPages;

  beforeAll(async () => {
    pages = await startRendererPages(NOW, browserPath!);
  });
  afterAll(async () => {
    expect(pages.complaints()).toEqual([]);
    await pages.dispose();
  });

  const show = (
    given: Partial<AppUpdateState> | null,
    { language = 'en', section = 'about' }: { language?: Locale; section?: string } = {},
  ): Promise<Page> =>
    pages.open('traffic', {
      view: `#/settings/${section}`,
      language,
      appUpdate: given === null ? null : { ...UPDATE, ...given },
    });

  test.each<[string, Partial<AppUpdateState>, Record<Locale, string>]>([
    [
      'not checked',
      {},
      { en: 'Not checked yet.', de: 'Noch nicht geprüft.', 'zh-CN': '尚未检查。' },
    ],
    [
      'up to date',
      { checkedAt: NOW - 3_600_000 },
      {
        en: 'was the newest as of 13:30',
        de: 'war die neueste, Stand 13:30',
        'zh-CN': '截至 13:30',
      },
    ],
    [
      'found',
      { step: 'found', found: FOUND },
      {
        en: 'Version 0.2.0 is out (99 MiB).',
        de: 'Version 0.2.0 ist erschienen (99 MiB).',
        'zh-CN': '版本 0.2.0 已发布（99 MiB）。',
      },
    ],
    [
      'downloading',
      { step: 'downloading', found: FOUND, progress: 0.34 },
      {
        en: 'Downloading version 0.2.0: 34 %',
        de: 'Version 0.2.0 wird heruntergeladen: 34 %',
        'zh-CN': '正在下载版本 0.2.0：34 %',
      },
    ],
    [
      'ready',
      { step: 'ready', found: FOUND },
      {
        en: 'Restart to update.',
        de: 'Neu starten, um zu aktualisieren.',
        'zh-CN': '重启以更新。',
      },
    ],
    [
      'failed',
      { step: 'found', found: FOUND, ...stated(NO_ROOM) },
      {
        en: 'Free some space and try again.',
        de: 'Schaffen Sie Platz und versuchen Sie es noch einmal.',
        'zh-CN': '请腾出空间后重试。',
      },
    ],
  ])('%s is said in words', async (_name, given, words) => {
    for (const language of ['en', 'de', 'zh-CN'] as const) {
      const page = await show(given, { language });
      await page.getByText(words[language]).waitFor();
    }
  });

  test('what a package manager has installed is told with its command, which can be copied', async () => {
    const command = 'sudo dnf install https://tokwatt.invalid/releases/tokwatt-0.2.0.x86_64.rpm';
    const found = { ...FOUND, command };
    const page = await show({ kind: 'rpm', replacesItself: false, step: 'found', found });
    await page.getByText('This installation (RPM package) is not replaced by Tokwatt').waitFor();
    expect(await page.getByRole('button', { name: 'Download' }).count()).toBe(0);
    expect(await page.getByText(command).count()).toBe(1);
    await page.getByRole('button', { name: 'Copy the command' }).click();
    expect(await callsOf(page)).toContainEqual({ name: 'copyText', input: command });
  });

  test('the consequence of the setting is said, with what is asked, from where and how often', async () => {
    const page = await show({}, { section: 'updates' });
    await page
      .getByText('Nobody is asked. “Check now” asks https://tokwatt.invalid/releases/ once.')
      .waitFor();
    const { app } = scenario('traffic', NOW).state;
    for (const [updateMode, words] of [
      ['tell', 'then once a day. No identifier, no version'],
      ['download', 'installed only when you press “Restart to update”'],
    ] as const) {
      await page.evaluate((now) => window.fakeMain.push({ app: now }), { ...app, updateMode });
      await page.getByText(words).waitFor();
    }
  });

  test('buttons and the palette ask the desktop', async () => {
    const page = await show({ step: 'ready', found: FOUND });
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.keyboard.press('Control+k');
    await page.keyboard.insertText('restart to update');
    await page.keyboard.press('Enter');
    const wishes = (await callsOf(page)).filter(({ name }) => name === 'updateApp');
    expect(wishes.map(({ input }) => input)).toEqual(['check', 'restart']);
  });

  test('a desktop from its sources says that it has none, and a browser where they are', async () => {
    await (await show(null)).getByText('runs from its sources and asks nobody').waitFor();
    const page = await pages.open('traffic', { view: '#/settings/updates', platform: 'web' });
    await page.getByText('Updates of the desktop are seen and made in the desktop.').waitFor();
  });

  test('what a release says is text with its invisible characters made visible', async () => {
    const notes = '<b>New</b>\n\u202Egnp.exe';
    const page = await show({ step: 'ready', found: { ...FOUND, notes } });
    const said = await page.getByText('<b>New</b>').textContent();
    expect(said).toBe('<b>New</b>\n⟨U+202E⟩gnp.exe');
    expect(await violations(page)).toEqual([]);
  });
});

function callsOf(page: Page): Promise<{ name: string; input: unknown }[]> {
  return page.evaluate(() => window.fakeMain.calls.map(({ name, input }) => ({ name, input })));
}
