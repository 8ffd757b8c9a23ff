import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { Bridge } from '../../shared/ipc.ts';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import {
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { watchTray } from '../support/tray-watcher.ts';
import type { TrayWatcher } from '../support/tray-watcher.ts';
import { readApi, readWindow, streamChat } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 20_000, interval: 100 };

/** Where pictures of the window go, for people to look at. */
const ARTIFACTS = process.env.TOKWATT_ARTIFACTS ?? join(tmpdir(), 'tokwatt-e2e-artifacts');

describe.skipIf(reason !== null)(`the window${reason === null ? '' : ` (${reason})`}`, () => {
  let watcher: TrayWatcher;
  let upstream: RecordedUpstream;
  let app: DesktopApp;
  let proxy: string;
  let api: string;

  beforeAll(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    watcher = await watchTray();
    upstream = await startRecordedUpstream({ frameGapMs: 20 });
    app = await launchDesktop({
      upstreams: [`ollama=${upstream.url}`],
      // The locale need not be installed: only its name counts.
      env: { LC_ALL: '', LC_TIME: 'en_US.UTF-8', LC_MEASUREMENT: 'de_DE.UTF-8' },
    });
    const { state } = await app.snapshot();
    proxy = state.upstreams[0]!.proxyUrl;
    api = state.app.apiUrl!;
    await streamChat(proxy, MODEL, 'Something to show.');
  });

  afterAll(async () => {
    await app.dispose();
    await upstream.stop();
    watcher.close();
  });

  test('it follows the system’s light and dark, from its first pixel on', async () => {
    const seen: string[] = [];
    for (const theme of ['light', 'dark'] as const) {
      await app.electron.evaluate(({ nativeTheme }, source) => {
        nativeTheme.themeSource = source;
      }, theme);
      await closeAndForget(app);
      await (await watcher.item()).choose('Open Tokwatt');
      const page = await app.overview();
      await expect.poll(() => readWindow(page, MODEL), POLL).toBeTruthy();
      const native = await app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.getBackgroundColor(),
      );
      const drawn = await page.evaluate(
        () => getComputedStyle(document.documentElement).backgroundColor,
      );
      expect(hex(drawn)).toBe(native.toLowerCase());
      seen.push(native);
      await page.screenshot({ path: join(ARTIFACTS, `overview-${theme}.png`) });
    }
    expect(seen[0]).not.toBe(seen[1]);
  });

  test('it has the hours of the system, until others are set', async () => {
    const page = await app.overview();
    const units = await page.evaluate(
      (key) => (Reflect.get(window, key) as Bridge).units,
      BRIDGE_KEY,
    );
    expect(units).toEqual({ temperature: 'celsius', hours: 'h12', weekStart: 'sun' });
    await page.evaluate(() => (location.hash = '#/settings/about'));
    const about = page.locator('[data-page="settings"]');
    await about.getByText(/ \d{1,2}:\d{2} [AP]M$/).waitFor();
    await page.evaluate(
      ([key, patch]) => (Reflect.get(window, key) as Bridge).call('updateSettings', patch),
      [BRIDGE_KEY, { appearance: { hours: 'h23' } }] as const,
    );
    await about.getByText(/ \d{2}:\d{2}$/).waitFor();
    await page.evaluate(() => (location.hash = '#/'));
  });

  test('at its smallest nothing is cut off sideways', async () => {
    const page = await app.overview();
    await setSize(app, 100, 100);
    await expect
      .poll(() => page.evaluate(() => [innerWidth, innerHeight].join('x')), POLL)
      .toMatch(/^3\d\dx4\d\d$/);
    const excess = (): Promise<number> =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    // Charts follow the window's size a frame later.
    await expect.poll(excess, POLL).toBe(0);
    await page.screenshot({ path: join(ARTIFACTS, 'overview-smallest.png') });
  });

  test('it reopens in the size that it had when closed', async () => {
    await setSize(app, 900, 640);
    const page = await app.overview();
    await expect.poll(() => page.evaluate(() => innerWidth), POLL).toBe(900);
    await closeAndForget(app);
    await (await watcher.item()).choose('Open Tokwatt');
    const again = await app.overview();
    expect(await again.evaluate(() => innerWidth)).toBe(900);
  });

  test('it gets no updates while hidden, and catches up when shown', async () => {
    const page = await app.overview();
    const before = await readWindow(page, MODEL);
    await setShown(app, false);
    await countDeltas(page);
    await streamChat(proxy, MODEL, 'Nobody is looking.');
    const expected = {
      input: before.input + INPUT_TOKENS,
      output: before.output + OUTPUT_TOKENS,
    };
    await expect.poll(() => readApi(api, MODEL), POLL).toEqual(expected);
    // The application has published this by now: a round trip comes after any delta it would have sent.
    await app.snapshot();
    expect(await deltasSeen(page)).toBe(0);

    await setShown(app, true);
    await expect.poll(() => readWindow(page, MODEL), POLL).toEqual(expected);
  });
});

/** Closes the window and waits until it is gone, so that the next one found is a new one. */
async function closeAndForget(app: DesktopApp): Promise<void> {
  await app.closeOverview();
  await expect.poll(() => app.electron.windows().length, POLL).toBe(0);
}

/** `rgb(252, 252, 251)` as `#fcfcfb`. */
function hex(rgb: string): string {
  const parts = rgb.match(/\d+/g) ?? [];
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}

async function setSize(app: DesktopApp, width: number, height: number): Promise<void> {
  await app.electron.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]!.setSize(size.width, size.height),
    { width, height },
  );
}

async function setShown(app: DesktopApp, shown: boolean): Promise<void> {
  await app.electron.evaluate(({ BrowserWindow }, show) => {
    const [window] = BrowserWindow.getAllWindows();
    if (show) window!.show();
    else window!.hide();
  }, shown);
}

async function countDeltas(page: Page): Promise<void> {
  await page.evaluate((key) => {
    const bridge = Reflect.get(globalThis, key) as Bridge;
    Reflect.set(globalThis, 'deltasSeen', 0);
    bridge.on('delta', () => {
      Reflect.set(globalThis, 'deltasSeen', Number(Reflect.get(globalThis, 'deltasSeen')) + 1);
    });
  }, BRIDGE_KEY);
}

async function deltasSeen(page: Page): Promise<number> {
  return page.evaluate(() => Number(Reflect.get(globalThis, 'deltasSeen')));
}
