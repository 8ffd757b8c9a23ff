import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { watchTray } from '../support/tray-watcher.ts';
import type { TrayItem, TrayWatcher } from '../support/tray-watcher.ts';

const reason = desktopReason();
const POLL = { timeout: 20_000, interval: 100 };

describe.skipIf(reason !== null)(
  `an unhandled error${reason === null ? '' : ` (${reason})`}`,
  () => {
    let watcher: TrayWatcher;
    let upstream: RecordedUpstream;
    let app: DesktopApp;
    let tray: TrayItem;
    beforeAll(async () => {
      watcher = await watchTray();
      upstream = await startRecordedUpstream();
      app = await launchDesktop({ upstreams: [`ollama=${upstream.url}`] });
      tray = await watcher.item();
    });
    afterAll(async () => {
      await app.dispose();
      await upstream.stop();
      watcher.close();
    });

    test('is shown by window, tray and API, thrown or rejected, with the path of the log', async () => {
      const page = await app.overview();
      await app.electron.evaluate(() => {
        setTimeout(() => void JSON.parse('{"prompt": "sk-secret-4711"'), 0);
        setTimeout(() => void Promise.reject(new RangeError('sk-secret-4711')), 0);
      });
      const log = join(app.dataDir, 'tokwatt.log');
      for (const name of ['SyntaxError', 'RangeError']) {
        const notice = page.getByText(`An error was not handled: ${name}`);
        await expect.poll(() => notice.textContent(), POLL).toContain(`details are in ${log}.`);
      }
      const labels = async (): Promise<string[]> => (await tray.menu()).map(({ label }) => label);
      await expect.poll(labels, POLL).toContain('2 warnings: see the window');
      const { state } = await app.snapshot();
      const health = (await (await fetch(`${state.app.apiUrl}/api/health`)).json()) as {
        warnings: string[];
      };
      expect(health.warnings).toHaveLength(2);
      expect(readFileSync(log, 'utf8')).toContain('an error was not handled');
      expect(readFileSync(log, 'utf8') + health.warnings.join()).not.toContain('secret');
    });
  },
);
