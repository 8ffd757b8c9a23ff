// @ts-check
/** libfaketime, for the tests that set the system clock of a running Tokwatt. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSystemPackages } from './system-packages.mjs';

/** The build for programs with threads, because SQLite's threads read the time too. */
const FILE = join('faketime', 'libfaketimeMT.so.1');
const DAY_MS = 86_400_000;

/**
 * Makes sure that {@link faketimeLibrary} finds a working library.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string | null>} why there is none
 */
export async function provideFaketime({ log } = {}) {
  if (faketimeObstacle() === null) return null;
  const packages = await ensureSystemPackages(['faketime'], {
    purpose: 'the tests of clock changes',
    ...(log && { log }),
  });
  return packages.ok ? faketimeObstacle() : packages.reason;
}

/** @returns {string | null} the path of libfaketime; null if it is not installed */
export function faketimeLibrary() {
  if (process.platform !== 'linux') return null;
  // Debian has a folder for each processor; other systems use one of the first two.
  const folders = ['/usr/local/lib', '/usr/lib', '/usr/lib64', ...subfolders('/usr/lib')];
  return folders.map((folder) => join(folder, FILE)).find((file) => existsSync(file)) ?? null;
}

/**
 * Tests the library with this Node, because it has no effect on a Node that reads the time directly
 * from the kernel.
 * @returns {string | null} why there is no library that works
 */
export function faketimeObstacle() {
  if (process.platform !== 'linux') return 'libfaketime is used on Linux only';
  const library = faketimeLibrary();
  if (library === null) return 'libfaketime is not installed';
  const { stdout } = spawnSync(process.execPath, ['-p', 'Date.now()'], {
    env: { ...process.env, ...preload(library), FAKETIME: '-10d' },
    encoding: 'utf8',
    timeout: 30_000,
  });
  const lag = Date.now() - Number(stdout);
  return lag > 9 * DAY_MS && lag < 11 * DAY_MS ? null : 'libfaketime does not move the clock here';
}

/**
 * @param {string} library
 * @returns {Record<string, string>} the environment of a program whose clock is moved. Only the
 *   clock changes: timers and the dates of files stay, as when a user sets the clock
 */
export function preload(library) {
  return {
    LD_PRELOAD: library,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_NO_CACHE: '1',
    NO_FAKE_STAT: '1',
  };
}

/** @param {string} folder */
function subfolders(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}
