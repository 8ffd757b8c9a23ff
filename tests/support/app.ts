/** The real desktop application, started for a test and ended with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import type { ElectronApplication, Page } from 'playwright-core';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { Bridge } from '../../shared/ipc.ts';
import type { Snapshot } from '../../shared/snapshot.ts';

/** The folder that `electron FOLDER` starts; its `dist/` must be built. */
export const APPLICATION = fileURLToPath(new URL('../../', import.meta.url));

/** Chromium's sandbox cannot be set up by root, as in a container. */
export const SANDBOX_ARGS: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** What these tests lack on this machine, for the name of a skipped test; null if nothing. */
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

/** The Electron that {@link desktopReason} found. */
export function electronExecutable(): string {
  const executable = process.env.TOKWATT_ELECTRON;
  if (executable === undefined) throw new Error('TOKWATT_ELECTRON is not set');
  return executable;
}

export interface DesktopOptions {
  /** Base URLs to meter, in `[NAME=]URL` form. */
  readonly upstreams: readonly string[];
  /** Kept by the caller, for a second start on the same totals; made and removed here if absent. */
  readonly dataDir?: string;
  readonly flags?: readonly string[];
}

export interface DesktopApp {
  readonly electron: ElectronApplication;
  readonly dataDir: string;
  /** The overview that is open now; waits for one. */
  overview(): Promise<Page>;
  /** The state, through the bridge of the open overview, as its page gets it. */
  snapshot(): Promise<Snapshot>;
  /** Closes the open overview as its title bar's button does. */
  closeOverview(): Promise<void>;
  /** The exit status, once the process ends. */
  readonly exited: Promise<number | null>;
  /** Ends the application if it still runs, and removes what it left. */
  dispose(): Promise<void>;
}

/** Starts Tokwatt from this checkout with free ports and a data folder of its own. */
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
    env: plainEnvironment(),
    // Left alone, the page sees the system's light or dark, as it does for people.
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
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** This process's environment without what would steer the application under test. */
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

/** Asks the page's own bridge. */
export function readSnapshot(page: Page): Promise<Snapshot> {
  return page.evaluate((key) => {
    const bridge = Reflect.get(globalThis, key) as Bridge;
    return bridge.call('getSnapshot', undefined);
  }, BRIDGE_KEY);
}
