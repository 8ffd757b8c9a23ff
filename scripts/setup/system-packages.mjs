// @ts-check
/**
 * Debian packages for Electron, the tests and the llama-server. They are installed only as root and
 * only with apt; other users get the command to run. Nothing here calls sudo.
 */
import { capture, isOnPath, lastWords } from './command.mjs';

/** Shared libraries that Electron links or opens. */
export const electronLibraries = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libatk-bridge2.0-0',
  'libdrm2',
  'libnotify4',
  'libsecret-1-0',
];

/**
 * The packages to run a desktop application without a desktop: a display, a session bus, a font, and a window manager,
 * without which nothing can be maximised.
 */
export const virtualDesktop = ['xvfb', 'xauth', 'dbus', 'dbus-x11', 'fonts-dejavu-core', 'openbox'];

/**
 * @typedef {{ ok: true, installed: string[] }} PackagesReady `installed`: the packages that this call installed
 * @typedef {{ ok: false, reason: string, command: string | null }} PackagesMissing `command`: what a user runs to
 *   get them, null where there is no apt
 */

/**
 * Makes sure that Debian packages are installed. If all are installed, only dpkg-query runs.
 * @param {readonly string[]} names by their names before the 64-bit time_t change; `…t64` counts as the same
 * @param {{ purpose: string, log?: (line: string) => void }} options `purpose` completes "installing … for"
 * @returns {Promise<PackagesReady | PackagesMissing>}
 */
export async function ensureSystemPackages(names, { purpose, log = () => undefined }) {
  if (process.platform !== 'linux' || !isOnPath('dpkg-query') || !isOnPath('apt-get')) {
    return { ok: false, reason: 'this is not a Debian-based system', command: null };
  }
  const missing = await missingPackages(names);
  if (missing.length === 0) return { ok: true, installed: [] };
  if (process.getuid?.() !== 0) {
    const command = `sudo apt-get install -y ${(await installableNames(missing)).join(' ')}`;
    return { ok: false, reason: `not installed: ${missing.join(', ')}`, command };
  }
  log(`installing ${missing.join(' ')} for ${purpose}`);
  return install(missing);
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<string[]>} those of `names` that are not installed under either name
 */
async function missingPackages(names) {
  const both = names.flatMap((name) => [name, `${name}t64`]);
  const format = '${Package} ${db:Status-Status}\n';
  // It exits with 1 if it does not know a name, but still prints the others.
  const { stdout } = await capture('dpkg-query', ['-W', '-f', format, ...both]);
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name) && !installed.has(`${name}t64`));
}

/**
 * Returns names that apt can install on this release. Since Debian 13 and Ubuntu 24.04, some
 * libraries end in `t64`, and the old name is not always resolved (`libasound2` has two providers).
 * @param {readonly string[]} names
 * @returns {Promise<string[]>} names that apt knows in neither form stay unchanged
 */
async function installableNames(names) {
  const both = names.flatMap((name) => [name, `${name}t64`]);
  const { stdout } = await capture('apt-cache', ['policy', ...both], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  const known = new Set(
    [...stdout.matchAll(/^(\S+):\n(?: +.*\n)*? +Candidate: (?!\(none\))/gm)].map(
      (match) => match[1],
    ),
  );
  return names.map((name) => (!known.has(name) && known.has(`${name}t64`) ? `${name}t64` : name));
}

/**
 * @param {readonly string[]} missing
 * @returns {Promise<PackagesReady | PackagesMissing>}
 */
async function install(missing) {
  // A fresh image has no package lists, and old lists name versions that no longer exist. Both
  // cause a failure that `update` corrects, so `update` runs only after a failure.
  const first = await aptInstall(missing);
  if (first.code === 0) return { ok: true, installed: [...missing] };
  const update = await apt(['update']);
  const second = await aptInstall(missing);
  if (second.code === 0) return { ok: true, installed: [...missing] };
  const words = lastWords(update.code === 0 ? second : update);
  const command = `apt-get install -y ${(await installableNames(missing)).join(' ')}`;
  return {
    ok: false,
    reason: `apt-get could not install ${missing.join(', ')}: ${words}`,
    command,
  };
}

/** @param {readonly string[]} names */
async function aptInstall(names) {
  return apt(['install', '-y', '--no-install-recommends', ...(await installableNames(names))]);
}

/** @param {readonly string[]} args */
function apt(args) {
  return capture('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-q', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
  });
}
