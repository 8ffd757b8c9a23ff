import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { watchTray } from '../support/tray-watcher.ts';

const reason = desktopReason();
const POLL = { timeout: 20_000, interval: 100 };

describe.skipIf(reason !== null)(
  `starting at login${reason === null ? '' : ` (${reason})`}`,
  () => {
    let config: string;
    let app: DesktopApp;

    beforeEach(() => {
      config = mkdtempSync(join(tmpdir(), 'tokwatt-config-'));
    });

    afterEach(async () => {
      await app.dispose();
      rmSync(config, { recursive: true, force: true });
    });

    async function start(env: Readonly<Record<string, string>>, ...flags: string[]): Promise<void> {
      const upstreams = ['nobody=http://127.0.0.1:9'];
      app = await launchDesktop({ upstreams, flags, env: { XDG_CONFIG_HOME: config, ...env } });
    }

    async function toggle(): Promise<Locator> {
      const page = await app.overview();
      await page.evaluate(() => (location.hash = '#/settings/appearance'));
      return page.getByRole('checkbox', { name: 'Start at login' });
    }

    test('the settings write the autostart entry and remove it, and follow the file', async () => {
      const entry = join(config, 'autostart', 'tokwatt.desktop');
      const moved = join(config, 'My Tokwatt.AppImage');
      await start({ APPIMAGE: moved });
      const box = await toggle();
      await expect.poll(() => box.isChecked(), POLL).toBe(false);
      await box.click();
      await expect.poll(() => box.isChecked(), POLL).toBe(true);
      const [exec = ''] = /^Exec=.*$/m.exec(readFileSync(entry, 'utf8')) ?? [];
      expect(exec).toMatch(`Exec="${moved}" `);
      expect(exec).toMatch(/ "--hidden"$/);
      await box.click();
      await expect.poll(() => existsSync(entry), POLL).toBe(false);

      await box.click();
      await expect.poll(() => existsSync(entry), POLL).toBe(true);
      await app.dispose();
      // The program lies elsewhere at the next start, so the entry is written anew.
      await start({ APPIMAGE: '/elsewhere/Tokwatt.AppImage' });
      await expect.poll(async () => (await toggle()).isChecked(), POLL).toBe(true);
      expect(readFileSync(entry, 'utf8')).toContain('Exec="/elsewhere/Tokwatt.AppImage"');
      // Another program turns it off.
      rmSync(entry);
      await (await app.overview()).reload();
      await expect.poll(async () => (await toggle()).isChecked(), POLL).toBe(false);
    });

    test('a hidden start waits for a tray that comes later, and shows no window then', async () => {
      await start({}, '--hidden');
      const log = (): string => readFileSync(join(app.dataDir, 'tokwatt.log'), 'utf8');
      await expect.poll(log, POLL).toMatch(/no tray yet/);
      const watcher = await watchTray();
      try {
        const tray = await watcher.item();
        await expect.poll(() => tray.tooltip(), POLL).toMatch(/^Tokwatt/);
        expect(app.electron.windows()).toHaveLength(0);
      } finally {
        watcher.close();
      }
    });
  },
);
