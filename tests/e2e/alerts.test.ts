import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { Bridge } from '../../shared/ipc.ts';
import { desktopReason, launchDesktop } from '../support/app.ts';
import { takeNotifications } from '../support/notifications.ts';
import { removeFolder } from '../support/remove-folder.ts';
import type { DesktopApp } from '../support/app.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { watchTray } from '../support/tray-watcher.ts';
import type { TrayWatcher } from '../support/tray-watcher.ts';
import { streamChat } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 30_000, interval: 100 };
describe.skipIf(reason !== null)(
  `alerts on the desktop${reason === null ? '' : ` (${reason})`}`,
  () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
    let watcher: TrayWatcher;
    let desktop: Awaited<ReturnType<typeof takeNotifications>>;
    let upstream: RecordedUpstream;
    /** Its answers take more than a second. */
    let slow: RecordedUpstream;
    let app: DesktopApp;

    const launch = (): Promise<DesktopApp> =>
      launchDesktop({ upstreams: [`ollama=${upstream.url}`, `slow=${slow.url}`], dataDir });

    beforeAll(async () => {
      const rules = [
        { name: 'Anything today', figure: 'requests_today', threshold: 0 },
        { name: 'Two today', figure: 'requests_today', threshold: 1 },
      ];
      // The model of the server does not fit into GPU memory.
      const notifications = { spilledModels: false };
      const settings = { alerts: { rules }, notifications };
      writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(settings));
      watcher = await watchTray();
      desktop = await takeNotifications();
      upstream = await startRecordedUpstream();
      slow = await startRecordedUpstream({ frameGapMs: 300 });
      app = await launch();
    });

    afterAll(async () => {
      await app.dispose();
      await Promise.all([upstream.stop(), slow.stop()]);
      desktop.close();
      watcher.close();
      await removeFolder(dataDir);
    });

    async function chat(place = 0): Promise<void> {
      const { state } = await app.snapshot();
      await streamChat(state.upstreams[place]!.proxyUrl, MODEL, 'Say something.');
    }

    async function change(patch: Record<string, unknown>): Promise<void> {
      const page = await app.overview();
      await page.evaluate(
        ([key, given]) => (Reflect.get(globalThis, key) as Bridge).call('updateSettings', given),
        [BRIDGE_KEY, patch] as const,
      );
    }

    /** True while the desktop keeps the system from sleeping. */
    function isHeldAwake(): Promise<boolean> {
      return app.electron.evaluate(({ powerSaveBlocker }) =>
        Array.from({ length: 20 }, (_, id) => id).some((id) => powerSaveBlocker.isStarted(id)),
      );
    }

    /** Makes a new alert fire. */
    async function fire(name: string): Promise<void> {
      const rules = [{ name, figure: 'requests_today', threshold: 0 }];
      await change({ alerts: { rules } });
      const firing = async (): Promise<string[]> =>
        (await app.snapshot()).state.alerts
          .filter(({ status }) => status === 'firing')
          .map(({ rule }) => rule);
      await expect.poll(firing, POLL).toContain(name);
    }

    test('each alert is shown once, and a click opens the window at it', async () => {
      await chat();
      await expect.poll(() => desktop.shown, POLL).toHaveLength(1);
      expect(desktop.shown[0]).toEqual({
        id: 1,
        title: 'Anything today',
        body: 'Requests today is 1, above 0',
      });
      await chat();
      await expect.poll(() => desktop.shown, POLL).toHaveLength(2);
      expect(desktop.shown[1]?.title).toBe('Two today');
      await app.closeOverview();
      await expect.poll(() => app.electron.windows().length, POLL).toBe(0);
      desktop.click(2);
      await expect.poll(() => app.electron.windows().length, POLL).toBe(1);
      const page = await app.overview();
      expect(page.url()).toBe('app://tokwatt/#/alerts?rule=Two+today');
      // The window is open now, and goes there without loading anew.
      await page.evaluate(() => {
        location.hash = '#/history';
        Reflect.set(window, 'isSame', true);
      });
      desktop.click(1);
      await expect.poll(() => page.url(), POLL).toBe('app://tokwatt/#/alerts?rule=Anything+today');
      expect(await page.evaluate(() => Reflect.get(window, 'isSame') as unknown)).toBe(true);
      const past = page.getByRole('region', { name: 'History' });
      await past.getByText('Anything today').first().waitFor();
    });

    test('an alert that already fires at the start is not shown', async () => {
      await app.electron.close();
      await app.dispose();
      const before = desktop.shown.length;
      app = await launch();
      const values = async (): Promise<(number | null)[]> =>
        (await app.snapshot()).state.alerts.map(({ value }) => value);
      await expect.poll(values, POLL).toEqual([2, 2]);
      await chat();
      await expect.poll(values, POLL).toEqual([3, 3]);
      expect(desktop.shown).toHaveLength(before);
    });

    test('an alert is not shown while the page of alerts is in front', async () => {
      const before = desktop.shown.length;
      const page = await app.overview();
      const inFront = (): Promise<readonly [boolean, string]> =>
        app.electron.evaluate(({ BrowserWindow }) => {
          const window = BrowserWindow.getAllWindows()[0]!;
          window.focus();
          return [window.isFocused(), window.webContents.getURL()] as const;
        });
      const goTo = async (hash: string): Promise<void> => {
        await page.evaluate((to) => (location.hash = to), hash);
        await expect.poll(inFront, POLL).toEqual([true, `app://tokwatt/${hash}`]);
      };
      await goTo('#/alerts');
      await fire('Seen');
      await goTo('#/history');
      await fire('Not seen');
      const titles = (): string[] => desktop.shown.slice(before).map(({ title }) => title);
      await expect.poll(titles, POLL).toContain('Not seen');
      expect(titles()).not.toContain('Seen');
    });

    test('in quiet hours nothing is shown, and afterwards what still fires', async () => {
      const before = desktop.shown.length;
      await change({ notifications: { quietHours: true, quietFrom: '00:00', quietTo: '24:00' } });
      await fire('Held');
      expect(desktop.shown).toHaveLength(before);
      await change({ notifications: { quietHours: false } });
      const titles = (): string[] => desktop.shown.slice(before).map(({ title }) => title);
      await expect.poll(titles, POLL).toEqual(['Held']);
    });

    test('a long answer is told if wished, and a click opens its request', async () => {
      const notifications = { longAnswers: true, longAnswerSeconds: 1 };
      await change({ notifications, desktop: { keepAwake: true } });
      const before = desktop.shown.length;
      await chat();
      const answering = chat(1);
      await expect.poll(isHeldAwake, POLL).toBe(true);
      await answering;
      await change({ desktop: { keepAwake: false } });
      await expect.poll(isHeldAwake, POLL).toBe(false);
      const titles = (): string[] => desktop.shown.slice(before).map(({ title }) => title);
      await expect.poll(titles, POLL).toEqual([`${MODEL} has answered`]);
      desktop.click(desktop.shown.length);
      const page = await app.overview();
      await expect.poll(() => page.url(), POLL).toMatch(/#\/activity\?id=\d+$/);
    });
  },
);
