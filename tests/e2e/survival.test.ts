import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { spawnDesktop } from '../support/spawned-app.ts';
import type { SpawnedApp } from '../support/spawned-app.ts';
import { readApi, streamChat, waitingRows } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 20_000, interval: 100 };

/** Without a tray host: closing the window would quit Tokwatt. */
describe.skipIf(reason !== null)(
  `what the desktop survives${reason === null ? '' : ` (${reason})`}`,
  () => {
    let dataDir: string;
    let upstream: RecordedUpstream;
    let disposables: { dispose(): Promise<void> }[];

    beforeEach(async () => {
      dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
      upstream = await startRecordedUpstream();
      disposables = [];
    });

    afterEach(async () => {
      for (const one of disposables.reverse()) await one.dispose();
      await upstream.stop();
      await removeFolder(dataDir);
    });

    async function launch(): Promise<DesktopApp> {
      const app = await launchDesktop({ upstreams: [`ollama=${upstream.url}`], dataDir });
      disposables.push(app);
      await app.overview();
      return app;
    }

    function start(env: Readonly<Record<string, string>> = {}): SpawnedApp {
      const ports = ['--proxy-port', '0', '--api-port', '0', '--data-dir', dataDir];
      const app = spawnDesktop([...ports, '--upstream', `ollama=${upstream.url}`], env);
      disposables.push(app);
      return app;
    }

    test('a killed page is loaded again where it was; the fourth time a page with a button says so', async () => {
      const app = await launch();
      const { state } = await app.snapshot();
      await goTo(app, '/models');
      for (let kills = 1; kills <= 3; kills += 1) {
        await killPage(app);
        await expect.poll(() => pageText(app), POLL).toMatch(/Models/);
        expect(await pageUrl(app)).toBe('app://tokwatt/#/models');
      }
      await killPage(app);
      await expect.poll(() => pageText(app), POLL).toMatch(/window stopped working/);
      // A death of the message itself must not start another round.
      await killPage(app);
      await streamChat(state.upstreams[0]!.proxyUrl, MODEL, 'Hello');
      await app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.webContents.reload(),
      );
      await expect.poll(() => pageText(app), POLL).toMatch(/window stopped working/);
      await inPage(app, `document.querySelector('a').click()`);
      await expect.poll(() => pageUrl(app), POLL).toMatch(/^app:\/\/tokwatt\/(#|$)/);
      await expect.poll(() => pageText(app), POLL).toMatch(/Models/);
      // The button starts the count anew.
      await killPage(app);
      await expect.poll(() => pageText(app), POLL).toMatch(/Models/);
    });

    test('eight deaths of the GPU process leave traffic alone, and are noted for the next start', async () => {
      const app = start();
      const { proxies } = await app.ready();
      const seen = new Set<number>();
      for (let kills = 1; kills <= 8; kills += 1) {
        const pid = await newGpuProcess(app.process.pid!, seen);
        process.kill(pid, 'SIGKILL');
      }
      await newGpuProcess(app.process.pid!, seen);
      await streamChat(proxies[0]!.url, MODEL, 'Hello');
      app.process.kill('SIGTERM');
      expect(await app.exited).toBe(0);
      expect(readdirSync(join(dataDir, 'chromium'))).toContain('gpu-process-broken');
    });

    test.each(['the session bus', 'the display'] as const)(
      'the end of %s loses no exchange that was finished',
      async (what) => {
        const lost = what === 'the display' ? await startDisplay() : await startBus();
        disposables.push(lost);
        const first = start(lost.env);
        const { proxies, api } = await first.ready();
        const counted = await streamChat(proxies[0]!.url, MODEL, 'Hello');
        await expect.poll(() => readApi(api, MODEL), POLL).toEqual(counted);
        await expect.poll(() => waitingRows(api), POLL).toBe(0);
        lost.end();
        // Chromium aborts the process at once (status null), so nothing could be saved after this.
        await first.exited;
        const again = await start().ready();
        expect(await readApi(again.api, MODEL)).toEqual(counted);
      },
    );
  },
);

async function goTo(app: DesktopApp, address: string): Promise<void> {
  await inPage(app, `location.hash = '#${address}'`);
}

/** Playwright gives a crashed page up, so it is read through the main process. A page that is being killed answers null. */
function inPage(app: DesktopApp, script: string): Promise<unknown> {
  return app.electron.evaluate(({ BrowserWindow }, code) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    // The script of a page whose process ends never settles.
    const limit = new Promise<null>((resolve) => setTimeout(resolve, 1_000, null));
    return Promise.race([webContents.executeJavaScript(code) as Promise<unknown>, limit]);
  }, script);
}

async function pageText(app: DesktopApp): Promise<string> {
  return String(await inPage(app, 'document.body.innerText'));
}

function pageUrl(app: DesktopApp): Promise<string> {
  return app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.webContents.getURL(),
  );
}

/** `kill -9` of the process of the window's page. Waits until the application knows. */
async function killPage(app: DesktopApp): Promise<void> {
  const pid = await app.electron.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    Reflect.set(globalThis, 'pageIsGone', false);
    webContents.once('render-process-gone', () => Reflect.set(globalThis, 'pageIsGone', true));
    return webContents.getOSProcessId();
  });
  process.kill(pid, 'SIGKILL');
  const isGone = (): Promise<unknown> =>
    app.electron.evaluate(() => Reflect.get(globalThis, 'pageIsGone') as unknown);
  await expect.poll(isGone, POLL).toBe(true);
}

/** The GPU process of a main process. Waits until there is one that is not among `seen`. */
async function newGpuProcess(parent: number, seen: Set<number>): Promise<number> {
  let found = 0;
  await expect
    .poll(() => {
      found = childrenOf(parent).find((pid) => !seen.has(pid) && isGpuProcess(pid)) ?? 0;
      return found;
    }, POLL)
    .toBeGreaterThan(0);
  seen.add(found);
  return found;
}

/** All descendants: Chromium may start its processes through a zygote. */
function childrenOf(parent: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = readOrEmpty(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isBelow = (pid: number): boolean => {
    const above = parents.get(pid);
    return above !== undefined && (above === parent || isBelow(above));
  };
  return [...parents.keys()].filter(isBelow);
}

function isGpuProcess(pid: number): boolean {
  return readOrEmpty(`/proc/${pid}/cmdline`).includes('--type=gpu-process');
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A display or a bus of this test alone. */
interface Lost {
  readonly env: Readonly<Record<string, string>>;
  end(): void;
  dispose(): Promise<void>;
}

async function startDisplay(): Promise<Lost> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await firstLine(child, 3);
  // Xvfb of this test has no access list.
  return lost(child, { DISPLAY: `:${number}`, XAUTHORITY: '/dev/null' });
}

async function startBus(): Promise<Lost> {
  const args = ['--session', '--nofork', '--print-address=3'];
  const child = spawn('dbus-daemon', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return lost(child, { DBUS_SESSION_BUS_ADDRESS: await firstLine(child, 3) });
}

function lost(child: ChildProcess, env: Readonly<Record<string, string>>): Lost {
  const end = (): void => void child.kill('SIGKILL');
  return {
    env,
    end,
    async dispose() {
      if (child.exitCode === null && child.signalCode === null) {
        end();
        await once(child, 'exit');
      }
    },
  };
}

async function firstLine(child: ChildProcess, fd: number): Promise<string> {
  const [data] = (await once(child.stdio[fd]!, 'data')) as [Buffer];
  return data.toString('utf8').trim();
}
