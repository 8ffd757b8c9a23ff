// @ts-check
/** The picture of the tray: starts `tray-session.mjs` in a display of its own, and cuts its screen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, lastWords } from '../setup/command.mjs';
import { provideElectron } from '../setup/electron-runtime.mjs';
import {
  electronLibraries,
  ensureSystemPackages,
  virtualDesktop,
} from '../setup/system-packages.mjs';
import { storeFile } from './pictures.mjs';

const SESSION = fileURLToPath(new URL('tray-session.mjs', import.meta.url));
/** Xfce's panel hosts status notifier items itself and opens their menus. */
const HOST = [
  'xfce4-panel',
  'xfconf',
  'adwaita-icon-theme',
  'xdotool',
  'x11-xserver-utils',
  'imagemagick',
];
const SCREEN = '-screen 0 1600x1200x24';
const LIMIT_MS = 150_000;

/** @typedef {{ upstream: string, dataDir: string, trafficMs: number, log: (line: string) => void }} Options */

/**
 * Skips the picture, with the reason, where there is no Electron or no host for its icon.
 * @param {Options} options
 */
export async function takeTray(options) {
  const obstacle = await tryTray(options).catch((/** @type {unknown} */ error) => String(error));
  if (obstacle !== null) options.log(`no picture of the tray: ${obstacle}`);
}

/**
 * @param {Options} options
 * @returns {Promise<string | null>} why there is no picture
 */
async function tryTray({ upstream, dataDir, trafficMs, log }) {
  const needed = [...electronLibraries, ...virtualDesktop, ...HOST];
  const packages = await ensureSystemPackages(needed, { purpose: 'the tray', log });
  if (!packages.ok) return packages.reason;
  const { executable } = await provideElectron({ log });
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-tray-'));
  try {
    const picture = join(folder, 'screen.png');
    const session = JSON.stringify({ electron: executable, upstream, dataDir, trafficMs, picture });
    const display = ['-a', '-s', SCREEN, 'dbus-run-session', '--'];
    const run = [...display, process.execPath, SESSION, session];
    // Set outside: the session bus starts the program that reads the panel's settings.
    const env = { ...process.env, XDG_CONFIG_HOME: folder, GDK_SCALE: '2' };
    const outcome = await capture('xvfb-run', run, { env, timeoutMs: LIMIT_MS });
    if (outcome.code !== 0) return lastWords(outcome);
    await storeFile('tray', picture, log);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
