/** Updates with the real updater against a real server. The AppImages are scripts that write down their start. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { MessageBoxOptions } from 'electron';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppUpdateState, UpdateAction } from '../../shared/app-update.ts';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { Bridge } from '../../shared/ipc.ts';
import { desktopReason, electronExecutable, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { RESTARTED, writeFakeAppImage } from '../support/fake-appimage.ts';
import { takeNotifications } from '../support/notifications.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { ReleaseServer } from '../support/release-server.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { watchTray } from '../support/tray-watcher.ts';
import { streamChat } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 30_000, interval: 100 };
const NAME = 'Tokwatt-x86_64.AppImage';
const NOTES = '<img src=x onerror="document.title=1"><b>New</b>\n- faster';

/** The answers of the question before quitting. */
const AFTER = 0;
const CANCEL = 2;

describe.skipIf(reason !== null)(`updates${reason === null ? '' : ` (${reason})`}`, () => {
  let folder = '';
  let target = '';
  let cache = '';
  let restarted = '';
  let server: ReleaseServer;
  let upstream: RecordedUpstream;
  let app: DesktopApp | null = null;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-updates-'));
    [target, cache, restarted] = [
      join(folder, 'apps', NAME),
      join(folder, 'cache'),
      join(folder, 'restarted'),
    ];
    mkdirSync(cache);
    await writeFakeAppImage(target, '0.1.0');
    upstream = await startRecordedUpstream({ frameGapMs: 100 });
    server = await new ReleaseServer(join(folder, 'releases')).start();
  });

  afterEach(async () => {
    await app?.dispose();
    app = null;
    await server.stop();
    await upstream.stop();
    await removeFolder(folder);
  });

  async function launch(): Promise<{ page: Page; app: DesktopApp }> {
    app = await launchDesktop({
      upstreams: [`ollama=${upstream.url}`],
      dataDir: join(folder, 'data'),
      env: {
        TOKWATT_UPDATE_URL: server.url,
        XDG_CACHE_HOME: cache,
        [RESTARTED]: restarted,
        ...{ APPIMAGE: target, APPDIR: dirname(realpathSync(electronExecutable())) },
      },
    });
    return { page: await app.overview(), app };
  }

  /** A release on the server. It is newer than the version of this checkout unless told otherwise. */
  async function release(version = '99.0.0'): Promise<void> {
    const file = join(folder, 'releases', NAME);
    const blockMapSize = await writeFakeAppImage(file, version);
    server.announce({ version, file, blockMapSize, notes: NOTES });
  }

  const versionOf = (file: string): string => /'([\d.]+)' "\$0"/.exec(text(file))?.[1] ?? '';
  const left = (): string[] => readdirSync(join(folder, 'apps'));

  test('asks only when told to, tells nothing of who asks, and shows what the release says as text', async () => {
    await release();
    const { page } = await launch();
    expect(await known(page)).toMatchObject({ kind: 'appimage', step: 'idle', found: null });
    await page.evaluate(() => (location.hash = '#/settings/about'));
    await page.getByText('Not checked yet.').waitFor();
    expect(server.requests).toEqual([]);

    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText(/^Version 99\.0\.0 is out \(/).waitFor();
    expect(server.requests.map(({ path }) => path)).toEqual(['/latest-linux.yml']);
    expect(server.requests[0]?.headers['accept-language']).toBe('*');
    const headers = server.requests.map((each) => each.headers);
    expect(JSON.stringify(headers)).not.toMatch(/staging|tokwatt|0\.1\.0/i);
    expect(existsSync(join(folder, 'data', '.updaterId'))).toBe(false);

    expect(await page.getByText('<b>New</b>').textContent()).toBe(NOTES);
    expect(await page.locator('img[src="x"]').count()).toBe(0);

    await page.getByRole('button', { name: 'Download' }).click();
    await page.getByText(/^Version 99\.0\.0 is downloaded and checked/).waitFor();
    expect(versionOf(target)).toBe('0.1.0');
  });

  test('downloads only what differs, and restarts after the answer that is being written', async () => {
    await release();
    const { page, app: desktop } = await launch();
    await act(page, 'check');
    await act(page, 'download');
    await expect.poll(() => step(page), POLL).toBe('ready');
    expect(server.takeSent()).toBeLessThan(1_000_000);

    const { state } = await desktop.snapshot();
    const answer = streamChat(state.upstreams[0]!.proxyUrl, MODEL, 'Hello');
    const running = async (): Promise<number> => (await desktop.snapshot()).state.inFlight.length;
    await expect.poll(running, POLL).toBe(1);
    const asked = await answerWith(desktop, CANCEL);
    await act(page, 'restart');
    await expect.poll(async () => (await asked()).length, POLL).toBe(1);
    await expect.poll(() => step(page), POLL).toBe('ready');
    await expect.poll(left, POLL).toEqual([NAME]);
    expect(versionOf(target)).toBe('0.1.0');

    await answerWith(desktop, AFTER);
    await act(page, 'restart');
    expect((await answer).output).toBeGreaterThan(0);
    expect(await desktop.exited).toBe(0);
    await expect.poll(() => existsSync(restarted), POLL).toBe(true);
    const [version, program, ...args] = text(restarted).trim().split('\n');
    expect([version, program]).toEqual(['99.0.0', target]);
    expect(args).toContain(join(folder, 'data'));
    expect(left()).toEqual([NAME]);
  });

  test('whatever fails is told, leaves the running version, and can be tried again', async () => {
    const { page } = await launch();
    for (const version of ['0.0.9', '0.1.0']) {
      await release(version);
      await act(page, 'check');
      expect(await known(page)).toMatchObject({ step: 'idle', found: null, message: null });
    }
    await page.evaluate(() => (location.hash = '#/settings/updates'));
    await page.getByText(/^Version 0\.1\.0 was the newest as of /).waitFor();

    // Not what was announced.
    await release();
    server.isTampered = true;
    await act(page, 'check');
    await act(page, 'download');
    await expect.poll(() => message(page), POLL).toMatch(/not what the release announces/);
    expect(await step(page)).toBe('found');
    expect(filesBelow(cache).filter((file) => file.endsWith('.AppImage'))).toEqual([]);
    server.isTampered = false;

    // The server knows no ranges and dies midway.
    server.ignoresRanges = true;
    server.cutAfter = 2_000_000;
    await act(page, 'download');
    await expect.poll(() => message(page), POLL).toMatch(/^The download broke off/);
    await server.stop();
    await act(page, 'check');
    await expect.poll(() => message(page), POLL).toMatch(/gave no usable answer/);
    expect(await step(page)).toBe('found');

    server.cutAfter = null;
    await server.start();
    server.takeSent();
    await act(page, 'download');
    await expect.poll(() => step(page), POLL).toBe('ready');
    expect(await message(page)).toBeNull();
    expect(server.takeSent()).toBeGreaterThan(4_000_000);
    expect(versionOf(target)).toBe('0.1.0');
  });

  test('a full disk is told, and the running version goes on', async (context) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', cache], { stdio: 'ignore' });
    } catch {
      return context.skip('mounting a file system is not allowed here');
    }
    try {
      await release();
      const { page, app: desktop } = await launch();
      await act(page, 'check');
      await act(page, 'download');
      await expect
        .poll(() => message(page), POLL)
        .toBe(
          `There is not enough room in ${cache} for the new version. This version goes on. Free some space and try again.`,
        );
      expect(await step(page)).toBe('found');
      expect((await desktop.snapshot()).state.app.apiUrl).not.toBeNull();
    } finally {
      await app?.dispose();
      execFileSync('umount', ['-l', cache]);
    }
  });

  test('the setting downloads at once what is found; tray and a notification tell it, once', async () => {
    const notifications = await takeNotifications();
    const watcher = await watchTray();
    try {
      await release();
      const { page } = await launch();
      await page.evaluate(async (key) => {
        const bridge = Reflect.get(globalThis, key) as Bridge;
        await bridge.call('updateSettings', { updates: { mode: 'download' } });
      }, BRIDGE_KEY);
      await act(page, 'check');
      await expect.poll(() => step(page), POLL).toBe('ready');
      const told = (): number[] =>
        notifications.shown.filter(({ title }) => title.startsWith('Tokwatt')).map(({ id }) => id);
      await expect.poll(told, POLL).toHaveLength(1);
      expect(notifications.shown.at(told()[0]! - 1)?.title).toBe('Tokwatt 99.0.0 is ready');
      notifications.click(told()[0]!);
      await expect
        .poll(() => page.evaluate(() => location.hash), POLL)
        .toMatch(/^#\/settings\/about/);

      const tray = await watcher.item();
      const rows = async (): Promise<string[]> => (await tray.menu()).map(({ label }) => label);
      await expect.poll(rows, POLL).toContain('Restart to update to 99.0.0');

      // The next start has it already, and does not tell it again.
      await app?.dispose();
      server.takeSent();
      const { page: next } = await launch();
      await act(next, 'check');
      await expect.poll(() => step(next), POLL).toBe('ready');
      expect(server.takeSent()).toBe(0);
      expect(told()).toHaveLength(1);
    } finally {
      notifications.close();
      watcher.close();
    }
  });
});

function text(file: string): string {
  return readFileSync(file, 'latin1');
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}

function known(page: Page): Promise<AppUpdateState | null> {
  return page.evaluate((key) => {
    const bridge = Reflect.get(globalThis, key) as Bridge;
    return bridge.call('getAppUpdate', undefined);
  }, BRIDGE_KEY);
}

const step = async (page: Page): Promise<string | undefined> => (await known(page))?.step;
const message = async (page: Page): Promise<string | null | undefined> =>
  (await known(page))?.message;

/** Does what a button does. A check and the begin of a download are waited for. */
async function act(page: Page, action: UpdateAction): Promise<void> {
  await page.evaluate(
    ({ key, wish }) => {
      const bridge = Reflect.get(globalThis, key) as Bridge;
      return bridge.call('updateApp', wish);
    },
    { key: BRIDGE_KEY, wish: action },
  );
  await expect.poll(() => step(page), POLL).not.toBe('checking');
}

/** Answers the next questions of the system with the button at `answer`. Returns what was asked. */
async function answerWith(
  { electron }: DesktopApp,
  answer: number,
): Promise<() => Promise<MessageBoxOptions[]>> {
  await electron.evaluate(({ dialog }, response) => {
    const asked: MessageBoxOptions[] = [];
    Reflect.set(globalThis, 'asked', asked);
    dialog.showMessageBox = ((options: MessageBoxOptions) => {
      asked.push(options);
      return Promise.resolve({ response, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
  }, answer);
  return () => electron.evaluate(() => Reflect.get(globalThis, 'asked') as MessageBoxOptions[]);
}
