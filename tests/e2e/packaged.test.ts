import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { APPLICATION, desktopReason, readSnapshot } from '../support/app.ts';
import { removeFolder } from '../support/remove-folder.ts';
import {
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import { FAKE_NVML_OBSTACLE, FakeNvml } from '../support/fake-nvml.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { connectPage } from '../support/connected-page.ts';
import { spawnApp } from '../support/spawned-app.ts';
import type { ReadyLine, SpawnedApp } from '../support/spawned-app.ts';
import { watchTray } from '../support/tray-watcher.ts';
import type { TrayItem, TrayWatcher } from '../support/tray-watcher.ts';
import { readApi, readMenu, readTooltip, readWindow, streamChat } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 20_000, interval: 100 };

/** What users install, from `npm run package`; its fuses keep a debugger out of the main process. */
describe.skipIf(reason !== null)(
  `the packaged application${reason === null ? '' : ` (${reason})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokwatt-package-'));
    const executable = join(folder, 'release', 'linux-unpacked', 'tokwatt');
    let watcher: TrayWatcher;
    let upstream: RecordedUpstream;
    let app: SpawnedApp;
    let ready: ReadyLine;
    let page: Page;
    let tray: TrayItem;

    beforeAll(async () => {
      const script = join(APPLICATION, 'scripts', 'package.mjs');
      const output = `-c.directories.output=${join(folder, 'release')}`;
      await promisify(execFile)(process.execPath, [script, '--dir', output], { cwd: APPLICATION });
      watcher = await watchTray();
      upstream = await startRecordedUpstream();
      app = spawnApp(
        executable,
        [
          ...['--remote-debugging-port=0', '--inspect=0'],
          ...['--upstream', `ollama=${upstream.url}`, '--proxy-port', '0', '--api-port', '0'],
          ...['--data-dir', join(folder, 'data')],
        ],
        FAKE_NVML_OBSTACLE === null ? fakeDriver(folder) : {},
      );
      ready = await app.ready();
      page = await connectPage(app);
      tray = await watcher.item();
    });

    afterAll(async () => {
      await app.dispose();
      await upstream.stop();
      watcher.close();
      await removeFolder(folder);
    });

    test('its window is loaded from the archive, with policy and bridge', async () => {
      expect(page.url()).toMatch(/^app:\/\/tokwatt\/(#\/)?$/);
      const blocked = await page.evaluate(
        (url) =>
          new Promise<string>((resolve) => {
            document.addEventListener('securitypolicyviolation', (event) => {
              resolve(event.effectiveDirective);
            });
            void fetch(url).catch(() => undefined);
          }),
        upstream.url,
      );
      expect(blocked).toBe('connect-src');
      const { state } = await readSnapshot(page);
      expect(state.app.apiUrl).toBe(ready.api);
      expect(upstream.requests.filter(({ headers }) => headers.origin !== undefined)).toEqual([]);
    });

    test('it meters one exchange, the same for every reader', async () => {
      const once = { input: INPUT_TOKENS, output: OUTPUT_TOKENS };
      expect(await streamChat(ready.proxies[0]!.url, MODEL, 'Hello')).toEqual(once);
      await expect.poll(() => readWindow(page, MODEL), POLL).toEqual(once);
      await expect.poll(() => readMenu(tray, MODEL), POLL).toEqual(once);
      await expect.poll(() => readTooltip(tray), POLL).toEqual(once);
      expect(await readApi(ready.api, MODEL)).toEqual(once);
    });

    test('it keeps the exchange in its ledger, whose native part lies outside the archive', async () => {
      const rows = async (): Promise<number> => {
        const answer = await fetch(`${ready.api}/api/data/summary`);
        return ((await answer.json()) as { activity: { rows: number } }).activity.rows;
      };
      // Another Tokwatt on this machine may have asked the proxy what it is.
      await expect.poll(rows, POLL).toBeGreaterThanOrEqual(1);
      const { state } = await readSnapshot(page);
      expect(state.ledger).toMatchObject({ status: 'ok', dropped: 0 });
    });

    test.skipIf(FAKE_NVML_OBSTACLE !== null)(
      "it calls a driver's library in a process of its own, which it loads from the archive",
      async () => {
        const gpu = async (): Promise<unknown> => (await readSnapshot(page)).state.gpu;
        // The note may tell that the library's counter stands still, which it does.
        await expect.poll(gpu, POLL).toMatchObject({
          ...{ status: 'live', source: 'nvml' },
          gpus: [{ id: 'GPU-1', name: 'A card', powerW: 55, details: { fanPercent: 30 } }],
        });
      },
    );

    test('its tray shows a picture', async () => {
      expect(await tray.iconSize()).toBeGreaterThanOrEqual(16);
    });

    test('its fuses have the configured values', async () => {
      const configuration = readFileSync(join(APPLICATION, 'electron-builder.yml'), 'utf8');
      const { electronFuses } = parse(configuration) as { electronFuses: Fuses };
      expect(Object.keys(electronFuses)).toHaveLength(6);
      expect(await readFuses(executable)).toEqual(electronFuses);
    });

    test('packaging does not change the Electron in node_modules: no application, default fuses', async () => {
      const dist = process.env.TOKWATT_ELECTRON_DIST!;
      expect(await readFuses(join(dist, 'electron'))).toEqual({
        runAsNode: true,
        enableNodeOptionsEnvironmentVariable: true,
        enableNodeCliInspectArguments: true,
        enableEmbeddedAsarIntegrityValidation: false,
        onlyLoadAppFromAsar: false,
        grantFileProtocolExtraPrivileges: true,
      });
      const resources = readdirSync(join(dist, 'resources'));
      expect(resources.filter((name) => name !== 'default_app.asar')).toEqual([]);
    });

    test('it does not open its main process to a debugger', () => {
      expect(app.stderr()).toContain('DevTools listening');
      expect(app.stderr()).not.toContain('Debugger listening');
    });

    test('it does not run as plain Node', async () => {
      const node = spawnApp(executable, ['-p', '"node answered"'], { ELECTRON_RUN_AS_NODE: '1' });
      expect(await node.exited).toBe(2);
      expect(node.stdout()).toBe('');
    });

    test('quitting from the tray ends it with status 0', async () => {
      await tray.choose('Quit');
      expect(await app.exited).toBe(0);
    });
  },
);

/** Each fuse by the name that electron-builder gives it; null where the executable lacks it. */
type Fuses = Record<string, boolean | null>;

async function readFuses(executable: string): Promise<Fuses> {
  const wire = await getCurrentFuseWire(executable);
  const state = (fuse: FuseV1Options): boolean | null => {
    const character = String.fromCharCode(Number(wire[fuse]));
    return character === '1' ? true : character === '0' ? false : null;
  };
  return {
    runAsNode: state(FuseV1Options.RunAsNode),
    enableNodeOptionsEnvironmentVariable: state(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    enableNodeCliInspectArguments: state(FuseV1Options.EnableNodeCliInspectArguments),
    enableEmbeddedAsarIntegrityValidation: state(
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
    ),
    onlyLoadAppFromAsar: state(FuseV1Options.OnlyLoadAppFromAsar),
    grantFileProtocolExtraPrivileges: state(FuseV1Options.GrantFileProtocolExtraPrivileges),
  };
}

/** The environment of an application that finds the driver of one NVIDIA GPU. */
function fakeDriver(folder: string): Record<string, string> {
  const nvml = new FakeNvml(folder);
  nvml.answer({
    ...{ count: 1, '0.uuid': 'GPU-1', '0.name': 'A card', '0.bus': '00000000:01:00.0' },
    ...{ '0.instant': 55_000, '0.energy': 5_000, '0.fan': 30 },
  });
  return nvml.env;
}
