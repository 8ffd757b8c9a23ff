import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { miniSize } from '../../electron/shell/mini/placement.ts';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { Bridge } from '../../shared/ipc.ts';
import type { State } from '../../shared/snapshot.ts';
import { desktopReason, launchDesktop, readSnapshot } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { watchTray } from '../support/tray-watcher.ts';
import type { TrayWatcher } from '../support/tray-watcher.ts';
import { streamChat } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 20_000, interval: 100 };
const ROW = 'Mini monitor';
const CATCH = 'Mini monitor: catch clicks again';

interface MiniWindow {
  readonly bounds: { x: number; y: number; width: number; height: number };
  readonly isOnTop: boolean;
  readonly isVisible: boolean;
}

// Each step goes on where the one before it ended, so none can be repeated alone.
describe.skipIf(reason !== null)(
  `the mini monitor${reason === null ? '' : ` (${reason})`}`,
  { retry: 0 },
  () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
    let watcher: TrayWatcher;
    let upstream: RecordedUpstream;
    let app: DesktopApp;

    beforeAll(async () => {
      watcher = await watchTray();
      // Slow enough that the rate is seen.
      upstream = await startRecordedUpstream({ frameGapMs: 700 });
      app = await start();
    });

    afterAll(async () => {
      await app.dispose();
      await upstream.stop();
      watcher.close();
      await removeFolder(dataDir);
    });

    const start = (...flags: string[]): Promise<DesktopApp> =>
      launchDesktop({ upstreams: [`ollama=${upstream.url}`], dataDir, flags });

    const choose = async (row: string): Promise<void> => (await watcher.item()).choose(row);

    const rows = async (): Promise<string[]> =>
      (await (await watcher.item()).menu()).map(({ label }) => label);

    test('it opens by the row of the tray, on top, and speaks only to Tokwatt', async () => {
      await app.overview();
      await choose(ROW);
      const page = await miniPage(app);
      await page.getByText('Idle').waitFor();
      expect(await miniWindow(app)).toMatchObject({ isOnTop: true, isVisible: true });
      expect(await page.evaluate(() => typeof Reflect.get(globalThis, 'require'))).toBe(
        'undefined',
      );
    });

    test('its forms are three sizes of one window, each on the screen', async () => {
      const page = await miniPage(app);
      for (const form of ['line', 'strip', 'card'] as const) {
        await change(page, { miniMonitor: { form } });
        // The server has one model loaded.
        await expect.poll(() => miniWindow(app), POLL).toMatchObject({ bounds: miniSize(form, 1) });
        await expect.poll(() => isAllShown(page), POLL).toBe(true);
      }
      await page.getByText(MODEL).waitFor();
    });

    test('it shows the rate and the request while a server answers', async () => {
      const page = await miniPage(app);
      const { state } = await readSnapshot(page);
      const answer = streamChat(state.upstreams[0]!.proxyUrl, MODEL, 'Something slow.');
      await page.getByText('1 running').waitFor();
      await page
        .getByText(/^[1-9][\d.]* tok\/s$/)
        .first()
        .waitFor();
      await answer;
      await page.getByText('Idle').waitFor();
    });

    test('while it is hidden nothing is sent to it, and it catches up when shown', async () => {
      const page = await miniPage(app);
      await setShown(app, false);
      await countDeltas(page);
      const { state } = await readSnapshot(page);
      await streamChat(state.upstreams[0]!.proxyUrl, MODEL, 'Nobody is looking.');
      await change(page, { miniMonitor: { form: 'strip' } });
      expect(await deltasSeen(page)).toBe(0);
      await setShown(app, true);
      await expect.poll(() => page.getByText(MODEL).count(), POLL).toBe(0);
    });

    test('a row of the tray makes it catch clicks again', async () => {
      expect(await rows()).not.toContain(CATCH);
      const page = await miniPage(app);
      await change(page, { miniMonitor: { clickThrough: true, onTop: false } });
      await expect.poll(() => miniWindow(app), POLL).toMatchObject({ isOnTop: false });
      await expect.poll(rows, POLL).toContain(CATCH);
      await choose(CATCH);
      await expect.poll(() => miniSettings(page), POLL).toMatchObject({ clickThrough: false });
      await expect.poll(rows, POLL).not.toContain(CATCH);
    });

    test('keys that are free are taken, and others become a warning until they are changed', async () => {
      const page = await miniPage(app);
      await app.electron.evaluate(({ globalShortcut }) => {
        globalShortcut.register('Ctrl+Alt+9', () => undefined);
      });
      await change(page, { shortcuts: { window: 'Ctrl+Alt+8', miniMonitor: 'Ctrl+Alt+9' } });
      await expect.poll(() => isRegistered(app, 'Ctrl+Alt+8'), POLL).toBe(true);
      await expect
        .poll(() => warnings(page), POLL)
        .toEqual([expect.stringContaining('The keys Ctrl+Alt+9 cannot be used')]);
      await change(page, { shortcuts: { window: '', miniMonitor: 'Ctrl+Alt+7' } });
      await expect.poll(() => warnings(page), POLL).toEqual([]);
      expect(await isRegistered(app, 'Ctrl+Alt+8')).toBe(false);
      expect(await isRegistered(app, 'Ctrl+Alt+7')).toBe(true);
    });

    test('Enter opens the window, Escape closes the monitor, and the window stays', async () => {
      const page = await miniPage(app);
      await app.electron.evaluate(({ BrowserWindow }) => {
        for (const each of BrowserWindow.getAllWindows()) {
          if (!each.webContents.getURL().endsWith('/mini.html')) each.close();
        }
      });
      await expect.poll(() => app.electron.windows().length, POLL).toBe(1);
      await page.keyboard.press('Enter');
      await expect.poll(() => app.electron.windows().length, POLL).toBe(2);
      await page.keyboard.press('Escape').catch(() => undefined);
      await expect.poll(() => app.electron.windows().length, POLL).toBe(1);
      expect(app.electron.windows()[0]!.url()).not.toContain('mini.html');
    });

    test('after a restart it is where it was, in its form and beside no window', async () => {
      await choose(ROW);
      await miniPage(app);
      const bounds = { x: 123, y: 77, width: 340, height: 70 };
      await app.electron.evaluate(({ BrowserWindow }, { x, y }) => {
        const mini = BrowserWindow.getAllWindows().find((each) =>
          each.webContents.getURL().endsWith('/mini.html'),
        );
        mini?.setPosition(x, y);
      }, bounds);
      await expect.poll(() => miniWindow(app), POLL).toMatchObject({ bounds });
      app.electron.process().kill('SIGTERM');
      expect(await app.exited).toBe(0);
      app = await start('--hidden');
      await miniPage(app);
      await expect.poll(() => miniWindow(app), POLL).toMatchObject({ bounds, isOnTop: false });
      expect(app.electron.windows()).toHaveLength(1);
      await choose(ROW);
      await expect.poll(() => app.electron.windows().length, POLL).toBe(0);
    });
  },
);

function miniPage(app: DesktopApp): Promise<Page> {
  return vi.waitFor(() => {
    const page = app.electron.windows().find((each) => each.url().endsWith('/mini.html'));
    if (page === undefined) throw new Error('the mini monitor is not open');
    return page;
  }, POLL);
}

function miniWindow(app: DesktopApp): Promise<MiniWindow> {
  return app.electron.evaluate(({ BrowserWindow }) => {
    const mini = BrowserWindow.getAllWindows().find((each) =>
      each.webContents.getURL().endsWith('/mini.html'),
    )!;
    return {
      bounds: mini.getBounds(),
      isOnTop: mini.isAlwaysOnTop(),
      isVisible: mini.isVisible(),
    };
  });
}

async function setShown(app: DesktopApp, isShown: boolean): Promise<void> {
  await app.electron.evaluate(({ BrowserWindow }, show) => {
    const mini = BrowserWindow.getAllWindows().find((each) =>
      each.webContents.getURL().endsWith('/mini.html'),
    )!;
    if (show) mini.show();
    else mini.hide();
  }, isShown);
}

/** Nothing in the page is larger than its window. */
function isAllShown(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.querySelector('main')!;
    return scrollWidth <= innerWidth && scrollHeight <= innerHeight;
  });
}

async function change(page: Page, patch: Record<string, unknown>): Promise<void> {
  await page.evaluate(
    ([key, to]) => (Reflect.get(globalThis, key) as Bridge).call('updateSettings', to),
    [BRIDGE_KEY, patch] as const,
  );
}

async function miniSettings(page: Page): Promise<State['app']['miniMonitor']> {
  return (await readSnapshot(page)).state.app.miniMonitor;
}

async function warnings(page: Page): Promise<string[]> {
  return (await readSnapshot(page)).state.warnings.map(({ message }) => message);
}

function isRegistered(app: DesktopApp, keys: string): Promise<boolean> {
  return app.electron.evaluate(
    ({ globalShortcut }, each) => globalShortcut.isRegistered(each),
    keys,
  );
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
