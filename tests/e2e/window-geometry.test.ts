import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { removeFolder } from '../support/remove-folder.ts';

const reason = desktopReason() ?? (hasOpenbox() ? null : 'there is no openbox');
const POLL = { timeout: 20_000, interval: 100 };
const SETTLE_MS = 400;

interface Geometry {
  readonly bounds: { x: number; y: number; width: number; height: number };
  readonly isMaximized: boolean;
  readonly isFullScreen: boolean;
}

/** Under a real window manager, which frames windows. */
describe.skipIf(reason !== null)(
  `the window’s geometry${reason === null ? '' : ` (${reason})`}`,
  () => {
    let dataDir: string;
    let manager: ChildProcess;
    let app: DesktopApp | null = null;

    beforeAll(async () => {
      manager = spawn('openbox', [], { stdio: 'ignore' });
      await once(manager, 'spawn');
    });

    beforeEach(() => {
      dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
    });

    afterEach(async () => {
      await app?.dispose();
      app = null;
      await removeFolder(dataDir);
    });

    afterAll(async () => {
      manager.kill();
      await once(manager, 'exit');
    });

    async function start(): Promise<DesktopApp> {
      app = await launchDesktop({ upstreams: ['nobody=http://127.0.0.1:9'], dataDir });
      await app.overview();
      return app;
    }

    async function quit(running: DesktopApp): Promise<void> {
      running.electron.process().kill('SIGTERM');
      expect(await running.exited).toBe(0);
    }

    test('five starts show it where it was left, also when it was moved in between', async () => {
      let expected = { x: 150, y: 90, width: 900, height: 640 };
      const first = await start();
      await moveTo(first, expected);
      await quit(first);
      for (let starts = 1; starts <= 5; starts += 1) {
        const again = await start();
        await expect.poll(() => geometry(again), POLL).toMatchObject({ bounds: expected });
        if (starts === 3) {
          expected = { x: 201, y: 133, width: 777, height: 555 };
          await moveTo(again, expected);
        }
        await quit(again);
      }
    });

    test.each(['isMaximized', 'isFullScreen'] as const)(
      'it comes back with %s, and with its size from before',
      async (state) => {
        const expected = { x: 120, y: 100, width: 800, height: 600 };
        const first = await start();
        await moveTo(first, expected);
        await toggle(first, state, true);
        await expect.poll(() => geometry(first), POLL).toMatchObject({ [state]: true });
        await quit(first);
        const second = await start();
        await expect.poll(() => geometry(second), POLL).toMatchObject({ [state]: true });
        await quit(second);
        const third = await start();
        await expect.poll(() => geometry(third), POLL).toMatchObject({ [state]: true });
        await toggle(third, state, false);
        const normal = { bounds: expected, [state]: false };
        await expect.poll(() => geometry(third), POLL).toMatchObject(normal);
        await quit(third);
      },
    );
  },
);

function hasOpenbox(): boolean {
  return spawnSync('openbox', ['--version']).status === 0;
}

function geometry(app: DesktopApp): Promise<Geometry> {
  return app.electron.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0]!;
    return {
      bounds: window.getNormalBounds(),
      isMaximized: window.isMaximized(),
      isFullScreen: window.isFullScreen(),
    };
  });
}

/**
 * Moves the window, and waits until the window manager agrees for a while: Electron tells the new
 * bounds at once, and an answer of the manager to something earlier may still change them.
 */
async function moveTo(app: DesktopApp, bounds: Geometry['bounds']): Promise<void> {
  await expect
    .poll(async () => {
      await setBounds(app, bounds);
      await sleep(SETTLE_MS);
      return geometry(app);
    }, POLL)
    .toMatchObject({ bounds, isMaximized: false, isFullScreen: false });
}

async function setBounds(app: DesktopApp, bounds: Geometry['bounds']): Promise<void> {
  await app.electron.evaluate(
    ({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]!.setBounds(to),
    bounds,
  );
}

async function toggle(
  app: DesktopApp,
  state: 'isMaximized' | 'isFullScreen',
  isOn: boolean,
): Promise<void> {
  await app.electron.evaluate(
    ({ BrowserWindow }, [what, on]) => {
      const window = BrowserWindow.getAllWindows()[0]!;
      if (what === 'isFullScreen') window.setFullScreen(on);
      else if (on) window.maximize();
      else window.unmaximize();
    },
    [state, isOn] as const,
  );
}
