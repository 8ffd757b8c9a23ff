// @ts-check
/**
 * Debian packages that Electron, the tests and the llama-server need. They are installed only by root and only
 * where apt is; everybody else is told the command. Nothing here calls sudo.
 */
import { capture, isOnPath, lastWords } from './command.mjs';

/** Shared libraries that Electron links against or opens. */
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

/** What runs a desktop application where there is no desktop: a display, a session bus, a font to draw with. */
export const virtualDesktop = ['xvfb', 'xauth', 'dbus', 'dbus-x11', 'fonts-dejavu-core'];

/**
 * @typedef {{ ok: true, installed: string[] }} PackagesReady `installed`: what this call added
 * @typedef {{ ok: false, reason: string, command: string | null }} PackagesMissing `command`: what a user runs to
 *   get them, null where there is no apt
 */

/**
 * Makes sure that Debian packages are installed. Where all are, nothing but dpkg-query runs.
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
  // It exits 1 when it does not know one of the names; what it knows is printed all the same.
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
 * Names that apt can install on this release: since Debian 13 and Ubuntu 24.04 some libraries end in `t64`, and
 * the old name is not always resolved (`libasound2` has two providers).
 * @param {readonly string[]} names
 * @returns {Promise<string[]>} a name that apt does not know in either form stays as it is
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
  // A fresh image has no package lists, and old lists point to versions that are gone: both end in a failure that
  // `update` mends, so it runs only then.
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
