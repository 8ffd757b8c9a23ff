/** Starts the real desktop application for a test and ends it afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import type { ElectronApplication, Page } from 'playwright-core';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { Bridge } from '../../shared/ipc.ts';
import type { Snapshot } from '../../shared/snapshot.ts';

/** The folder for `electron FOLDER`. Its `dist/` must be built. */
export const APPLICATION = fileURLToPath(new URL('../../', import.meta.url));

/** Root, as in a container, cannot set up Chromium's sandbox. */
export const SANDBOX_ARGS: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** What this machine lacks for these tests, as the reason of a skipped test; null if nothing. */
export function desktopReason(): string | null {
  const { TOKWATT_ELECTRON, TOKWATT_ELECTRON_REASON, DISPLAY, DBUS_SESSION_BUS_ADDRESS } =
    process.env;
  if ((TOKWATT_ELECTRON ?? '') === '') {
    return TOKWATT_ELECTRON_REASON ?? 'TOKWATT_ELECTRON names no Electron; npm test sets it';
  }
  if (process.platform !== 'linux') return 'the tray is read over D-Bus, which is Linux only';
  if ((DISPLAY ?? '') === '') return 'there is no display; npm test starts one with xvfb-run';
  if ((DBUS_SESSION_BUS_ADDRESS ?? '') === '') {
    return 'there is no session bus; npm test starts one with dbus-run-session';
  }
  return null;
}

/** The Electron executable found by {@link desktopReason}. */
export function electronExecutable(): string {
  const executable = process.env.TOKWATT_ELECTRON;
  if (executable === undefined) throw new Error('TOKWATT_ELECTRON is not set');
  return executable;
}

export interface DesktopOptions {
  /** Base URLs to meter, in `[NAME=]URL` form. */
  readonly upstreams: readonly string[];
  /**
   * A folder kept by the caller, for a second start on the same totals. By default a temporary one
   * is used.
   */
  readonly dataDir?: string;
  readonly flags?: readonly string[];
  /** Variables in addition to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface DesktopApp {
  readonly electron: ElectronApplication;
  readonly dataDir: string;
  /** The page of the open overview. Waits until there is one. */
  overview(): Promise<Page>;
  /** The state as the page of the open overview receives it through its bridge. */
  snapshot(): Promise<Snapshot>;
  /** Closes the open overview like the button in its title bar. */
  closeOverview(): Promise<void>;
  /** The exit status when the process ends. */
  readonly exited: Promise<number | null>;
  /** Ends the application if it still runs, and removes its files. */
  dispose(): Promise<void>;
}

/** Starts Tokwatt from this checkout with free ports and its own data folder. */
export async function launchDesktop(options: DesktopOptions): Promise<DesktopApp> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
  const electron = await _electron.launch({
    executablePath: electronExecutable(),
    args: [
      ...SANDBOX_ARGS,
      APPLICATION,
      ...options.upstreams.flatMap((upstream) => ['--upstream', upstream]),
      ...['--proxy-port', '0', '--api-port', '0', '--data-dir', dataDir],
      ...(options.flags ?? []),
    ],
    env: { ...plainEnvironment(), ...options.env },
    // Playwright would otherwise force the light scheme; this keeps the system's scheme.
    colorScheme: null,
  });
  const child = electron.process();
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const overview = (): Promise<Page> => openOverview(electron);
  return {
    electron,
    dataDir,
    overview,
    snapshot: async () => readSnapshot(await overview()),
    closeOverview: () =>
      electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()),
    exited,
    async dispose() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
      if (options.dataDir === undefined) await removeFolder(dataDir);
    },
  };
}

/**
 * Removes a folder that Chromium's other processes may still write to for a moment. Each try lists
 * the folder anew: `rmSync` with `maxRetries` lists it once, and then only repeats the `rmdir`.
 */
async function removeFolder(folder: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (tries === 50) throw error;
      await setTimeout(200);
    }
  }
}

/** This process's environment without the variables that change the application's behaviour. */
export function plainEnvironment(): Record<string, string> {
  const steering = /^(OLLAMA_HOST|LOG_LEVEL|TOKWATT_.*|ELECTRON_.*|NODE_OPTIONS|VITEST.*)$/;
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (pair): pair is [string, string] => pair[1] !== undefined && !steering.test(pair[0]),
    ),
  );
}

async function openOverview(electron: ElectronApplication): Promise<Page> {
  const open = electron.windows().find((page) => !page.isClosed());
  const page = open ?? (await electron.waitForEvent('window'));
  await page.waitForLoadState('load');
  return page;
}

/** Reads the state through the page's own bridge. */
export function readSnapshot(page: Page): Promise<Snapshot> {
  return page.evaluate((key) => {
    const bridge = Reflect.get(globalThis, key) as Bridge;
    return bridge.call('getSnapshot', undefined);
  }, BRIDGE_KEY);
}
