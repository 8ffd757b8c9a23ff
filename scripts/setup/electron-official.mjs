// @ts-check
/** The Electron that package.json pins: checks its binary and downloads it. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheRoot } from './cache.mjs';
import { capture, lastWords } from './command.mjs';

const downloadLimitMs = 15 * 60_000;
/**
 * Long enough to unpack a zip from the cache of @electron/get, for when the host cannot be reached.
 */
const unreachableGraceMs = 15_000;
const retryAfterMs = 24 * 60 * 60_000;

/** @returns {string} the path of the executable in a distribution */
export function electronExecutable() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * @param {string} packageFolder `node_modules/electron`
 * @returns {Promise<boolean>} whether its binary is there, in the version of the package
 */
export async function isOfficialInstalled(packageFolder) {
  try {
    const stated = await readFile(join(packageFolder, 'dist', 'version'), 'utf8');
    return (
      stated.trim().replace(/^v/, '') === (await pinnedVersion(packageFolder)) &&
      existsSync(join(packageFolder, 'dist', electronExecutable()))
    );
  } catch {
    return false;
  }
}

/** @param {string} packageFolder */
async function pinnedVersion(packageFolder) {
  const text = await readFile(join(packageFolder, 'package.json'), 'utf8');
  /** @type {unknown} */
  const manifest = JSON.parse(text);
  return /** @type {{ version: string }} */ (manifest).version;
}

/**
 * Tries the official download.
 * @param {string} packageFolder `node_modules/electron`
 * @param {{ rememberFailure: boolean, log: (line: string) => void }} options `rememberFailure`: a failure is
 *   remembered for a day, so that not every start waits for it
 * @returns {Promise<string | null>} why it failed, null when it is installed now
 */
export async function downloadOfficial(packageFolder, { rememberFailure, log }) {
  const installer = join(packageFolder, 'install.js');
  if (!existsSync(installer)) return 'the npm package electron is not installed (npm ci)';
  const version = await pinnedVersion(packageFolder);
  const marker = join(cacheRoot(), `electron-${version}-download-failed`);
  if (rememberFailure && (await isRecent(marker))) {
    return `Electron ${version} could not be downloaded earlier (delete ${marker} to try again)`;
  }
  log(`downloading Electron ${version}`);
  const cause = await runInstaller(installer, version);
  if (cause === null) {
    await rm(marker, { force: true });
    return null;
  }
  if (rememberFailure) {
    await mkdir(dirname(marker), { recursive: true });
    await writeFile(marker, `${cause}\n`);
  }
  return `Electron ${version} could not be downloaded (${cause})`;
}

/** @param {string} file */
async function isRecent(file) {
  const info = await stat(file).catch(() => null);
  return info !== null && Date.now() - info.mtimeMs < retryAfterMs;
}

/**
 * Runs Electron's own installer. If its host does not answer a probe, the time limit is short,
 * because a network that drops packets would otherwise block it for minutes.
 * @param {string} installer
 * @param {string} version
 * @returns {Promise<string | null>} why it failed, null when it succeeded
 */
async function runInstaller(installer, version) {
  const stop = new AbortController();
  const installing = capture(process.execPath, [installer], {
    timeoutMs: downloadLimitMs,
    signal: stop.signal,
  });
  const unreachable = await Promise.race([installing.then(() => null), probeHost(version)]);
  const grace = unreachable ? setTimeout(() => stop.abort(), unreachableGraceMs) : undefined;
  const outcome = await installing;
  clearTimeout(grace);
  if (outcome.code === 0) return null;
  const cause = /^\w*Error: (.*)$/m.exec(outcome.stderr)?.[1];
  return unreachable ?? cause ?? lastWords(outcome);
}

/**
 * @param {string} version
 * @returns {Promise<string | null>} why the host cannot be reached; null if it can be, or if this cannot be
 *   determined, as with a proxy or a mirror
 */
async function probeHost(version) {
  const indirect = ['ELECTRON_GET_USE_PROXY', 'ELECTRON_MIRROR', 'npm_config_electron_mirror'];
  if (indirect.some((name) => process.env[name])) return null;
  const url = `https://github.com/electron/electron/releases/download/v${version}/SHASUMS256.txt`;
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(8000) });
    return null;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `its host cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
