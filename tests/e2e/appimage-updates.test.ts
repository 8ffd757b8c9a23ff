/**
 * Updates of a real AppImage to a real newer one. Building both takes minutes, so they are made beforehand: TOKWATT_APPIMAGES
 * names a folder with one folder for each version; docs/updates.md says how.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppUpdateState, UpdateAction } from '../../shared/app-update.ts';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { Bridge, CallName } from '../../shared/ipc.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { desktopReason } from '../support/app.ts';
import { connectPage } from '../support/connected-page.ts';
import { freePort } from '../support/free-port.ts';
import {
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { ReleaseServer } from '../support/release-server.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { spawnApp } from '../support/spawned-app.ts';
import type { SpawnedApp } from '../support/spawned-app.ts';
import { readApi, streamChat } from './readings.ts';

const builds = process.env.TOKWATT_APPIMAGES ?? '';
const reason =
  desktopReason() ?? (builds === '' ? 'TOKWATT_APPIMAGES names no folder of AppImages' : null);
const POLL = { timeout: 90_000, interval: 200 };
const NAME = 'Tokwatt-x86_64.AppImage';
const [OLD, NEW] = ['0.1.0', '0.2.0'];

describe.skipIf(reason !== null)(
  `updates of an AppImage${reason === null ? '' : ` (${reason})`}`,
  { timeout: 240_000 },
  () => {
    let folder = '';
    let target = '';
    let server: ReleaseServer;
    let upstream: RecordedUpstream;
    let app: SpawnedApp | null = null;
    let ports: { readonly proxy: number; readonly api: number };

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tokwatt-appimage-'));
      for (const name of ['apps', 'cache', 'config', 'releases']) mkdirSync(join(folder, name));
      target = join(folder, 'apps', NAME);
      ports = { proxy: await freePort(), api: await freePort() };
      upstream = await startRecordedUpstream();
      server = await new ReleaseServer(join(folder, 'releases')).start();
    });

    afterEach(async () => {
      await app?.dispose();
      app = null;
      endAll(folder);
      await server.stop();
      await upstream.stop();
      await removeFolder(folder);
    });

    async function launch(version: string | undefined): Promise<Page> {
      copyFileSync(built(version), target);
      app = spawnApp(
        target,
        [
          ...['--remote-debugging-port=0', '--upstream', `ollama=${upstream.url}`],
          ...['--proxy-port', String(ports.proxy), '--api-port', String(ports.api)],
          ...['--data-dir', join(folder, 'data')],
        ],
        {
          TOKWATT_UPDATE_URL: server.url,
          XDG_CACHE_HOME: join(folder, 'cache'),
          XDG_CONFIG_HOME: join(folder, 'config'),
        },
      );
      await app.ready();
      return connectPage(app);
    }

    /** Puts a build on the server, as the newest. */
    function release(version: string | undefined): void {
      copyFileSync(built(version), join(folder, 'releases', NAME));
      server.announceFile(join(builds, version ?? '', 'latest-linux.yml'));
    }

    async function readyToRestart(page: Page): Promise<void> {
      await act(page, 'check');
      await act(page, 'download');
      await expect.poll(() => step(page), POLL).toBe('ready');
    }

    const api = (): string => `http://127.0.0.1:${ports.api}`;
    const running = async (): Promise<Snapshot | null> => {
      const answer = await fetch(`${api()}/api/bridge/getSnapshot`).catch(() => null);
      return answer === null ? null : ((await answer.json()) as Snapshot);
    };
    const rows = async (): Promise<number> => {
      const answer = await fetch(`${api()}/api/data/summary`);
      return ((await answer.json()) as { activity: { rows: number } }).activity.rows;
    };

    test('it becomes the new version with its totals, settings, ledger and start at login', async () => {
      release(NEW);
      const page = await launch(OLD);
      const once = { input: INPUT_TOKENS, output: OUTPUT_TOKENS };
      await streamChat(`http://127.0.0.1:${ports.proxy}`, MODEL, 'Hello');
      await expect.poll(() => readApi(api(), MODEL), POLL).toEqual(once);
      await call(page, 'updateSettings', {
        updates: { mode: 'tell' },
        appearance: { theme: 'dark' },
      });
      await call(page, 'setStartAtLogin', true);
      await expect.poll(rows, POLL).toBeGreaterThanOrEqual(1);
      const before = await rows();

      await readyToRestart(page);
      expect((await known(page))?.found?.notes).toMatch(/^\w+\n\n- /);
      const { size } = statSync(target);
      const sent = server.takeSent();
      expect(sent, `of ${size} bytes`).toBeLessThan(size / 2);
      expect(hashOf(target)).toBe(hashOf(built(OLD)));
      await act(page, 'restart');
      expect(await app?.exited).toBe(0);
      await expect.poll(async () => (await running())?.state.app.version, POLL).toBe(NEW);

      expect(await readApi(api(), MODEL)).toEqual(once);
      expect(await rows()).toBe(before);
      const { state } = (await running())!;
      expect(state.app).toMatchObject({ updateMode: 'tell', appearance: { theme: 'dark' } });
      expect(state.ledger).toMatchObject({ status: 'ok', dropped: 0 });
      expect(hashOf(target)).toBe(hashOf(built(NEW)));
      expect(readdirSync(join(folder, 'apps'))).toEqual([NAME]);
      const entry = readFileSync(join(folder, 'config', 'autostart', 'tokwatt.desktop'), 'utf8');
      expect(entry).toContain(`Exec="${target}" "--hidden"`);
    });

    test('what is tampered with, breaks off or is older is not installed, and it goes on', async () => {
      release(OLD);
      const page = await launch(NEW);
      await act(page, 'check');
      expect(await known(page)).toMatchObject({ step: 'idle', found: null, message: null });
      await app?.dispose();
      endAll(folder);

      release(NEW);
      const old = await launch(OLD);
      server.isTampered = true;
      await act(old, 'check');
      await act(old, 'download');
      await expect.poll(() => message(old), POLL).toMatch(/not what the release announces/);
      server.isTampered = false;
      server.ignoresRanges = true;
      server.cutAfter = 30_000_000;
      await act(old, 'download');
      await expect.poll(() => message(old), POLL).toMatch(/^The download broke off/);
      expect(await step(old)).toBe('found');
      expect((await running())?.state.app.version).toBe(OLD);
      expect(hashOf(target)).toBe(hashOf(built(OLD)));
    });

    test('without room for two of them, it goes on and says so', async (context) => {
      const place = join(folder, 'apps');
      const room = `size=${Math.round(statSync(built(OLD)).size * 1.5)}`;
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', room, 'tmpfs', place], { stdio: 'ignore' });
      } catch {
        return context.skip('mounting a file system is not allowed here');
      }
      try {
        release(NEW);
        const page = await launch(OLD);
        await readyToRestart(page);
        await act(page, 'restart');
        await expect.poll(() => message(page), POLL).toMatch(/^There is not enough room in /);
        expect(await step(page)).toBe('ready');
        expect((await running())?.state.app.version).toBe(OLD);
        expect(readdirSync(place)).toEqual([NAME]);
        expect(hashOf(target)).toBe(hashOf(built(OLD)));
      } finally {
        await app?.dispose();
        endAll(folder);
        execFileSync('umount', ['-l', place]);
      }
    });
  },
);

function built(version: string | undefined): string {
  return join(builds, version ?? '', NAME);
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Ends the processes that a restart has started: those whose command line names the folder. */
function endAll(folder: string): void {
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${id}/cmdline`, 'utf8');
      const program = readlinkSync(`/proc/${id}/exe`);
      const isOurs = line.includes(folder) && /tokwatt|AppImage/i.test(program);
      if (isOurs) process.kill(Number(id), 'SIGKILL');
    } catch {
      // It has ended, or it is not ours to look at.
    }
  }
}

function call(page: Page, name: CallName, input: unknown): Promise<unknown> {
  return page.evaluate(
    ({ key, called, given }) => {
      const bridge = Reflect.get(globalThis, key) as Bridge;
      return bridge.call(called, given as never);
    },
    { key: BRIDGE_KEY, called: name, given: input },
  );
}

async function known(page: Page): Promise<AppUpdateState | null> {
  return (await call(page, 'getAppUpdate', undefined)) as AppUpdateState | null;
}

const step = async (page: Page): Promise<string | undefined> => (await known(page))?.step;
const message = async (page: Page): Promise<string | null | undefined> =>
  (await known(page))?.message;

async function act(page: Page, action: UpdateAction): Promise<void> {
  await call(page, 'updateApp', action);
  if (action === 'check') await expect.poll(() => step(page), POLL).not.toBe('checking');
}
