// @ts-check
/** The kinds of packages that `npm run package` makes, and what keeps this machine from making one. */
import { isOnPath } from '../setup/command.mjs';
import { ensureSystemPackages } from '../setup/system-packages.mjs';

/**
 * @typedef {'linux' | 'darwin' | 'win32'} Platform
 * @typedef {object} Target
 * @property {string} name electron-builder's, except npm
 * @property {Platform | 'any'} platform
 * @property {RegExp} file the name of what is made
 * @property {Readonly<Record<string, string>>} [tools] the programs that Linux needs for it, and their Debian packages
 * @property {Readonly<Record<string, string>>} [borrowed] the same, only where electron-builder's cannot be downloaded
 * @property {true} [forChecking] Linux on x64 can make it with an older Electron, to look into it
 */

const sevenZip = { '7z': 'p7zip-full' };
const appImage = { mksquashfs: 'squashfs-tools', 'desktop-file-validate': 'desktop-file-utils' };

/** @type {readonly Target[]} */
export const targets = [
  {
    name: 'AppImage',
    platform: 'linux',
    file: /\.AppImage$/,
    borrowed: { ...sevenZip, ...appImage },
  },
  { name: 'deb', platform: 'linux', file: /\.deb$/, tools: { 'dpkg-deb': 'dpkg' } },
  { name: 'rpm', platform: 'linux', file: /\.rpm$/, tools: { rpmbuild: 'rpm' } },
  { name: 'tar.gz', platform: 'linux', file: /\.tar\.gz$/, tools: sevenZip },
  { name: 'dmg', platform: 'darwin', file: /\.dmg$/ },
  { name: 'zip', platform: 'darwin', file: /-mac-.*\.zip$/, borrowed: sevenZip, forChecking: true },
  { name: 'nsis', platform: 'win32', file: /-setup-.*\.exe$/ },
  {
    ...{ name: 'portable', platform: 'win32', file: /-portable-.*\.exe$/ },
    ...{ borrowed: { ...sevenZip, makensis: 'nsis' }, forChecking: true },
  },
  // The headless Tokwatt for Node, without Electron and without electron-builder.
  { name: 'npm', platform: 'any', file: /\.tgz$/ },
];
const systems = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/**
 * @typedef {object} Machine
 * @property {string} platform as Node names it
 * @property {string} arch as Node names it
 * @property {boolean} canDownload false if electron-builder's own tools cannot be fetched
 * @property {NodeJS.ProcessEnv} env
 */

/**
 * Returns the targets with these names, all if there are none. Capitals do not matter.
 * @param {readonly string[]} names
 * @returns {readonly Target[]}
 * @throws {Error} that lists the names, for an unknown one
 */
export function chooseTargets(names) {
  const wanted = names.map((name) => name.toLowerCase());
  const known = targets.map(({ name }) => name.toLowerCase());
  const unknown = names.filter((name) => !known.includes(name.toLowerCase()));
  if (unknown.length > 0) {
    const all = targets.map(({ name }) => name).join(', ');
    throw new Error(`There is no target ${unknown.join(', ')}; choose from ${all}.`);
  }
  return targets.filter(({ name }) => names.length === 0 || wanted.includes(name.toLowerCase()));
}

/**
 * True if a target is made with an older Electron of its system, which is good for checking its contents only.
 * @param {Target} target
 * @param {Machine} machine
 */
export function isForChecking({ platform, forChecking }, machine) {
  return platform !== machine.platform && forChecking === true && borrows(machine);
}

/**
 * True if electron-builder's tools and foreign Electrons are put together from package registries.
 * @param {Machine} machine
 */
function borrows({ platform, arch, canDownload }) {
  return platform === 'linux' && arch === 'x64' && !canDownload;
}

/**
 * Returns why this machine cannot make a target, as far as that shows without installing anything.
 * @param {Target} target
 * @param {Machine} machine
 * @returns {string | null}
 */
export function targetObstacle(target, machine) {
  const { name, platform } = target;
  if (platform === 'any' || isForChecking(target, machine)) return null;
  if (platform !== machine.platform) return `it is made on ${systems[platform]}`;
  if (name !== 'AppImage' || machine.canDownload || borrows(machine)) return null;
  if (machine.env.APPIMAGE_TOOLS_PATH) return null;
  return "electron-builder's AppImage tools cannot be downloaded here; set APPIMAGE_TOOLS_PATH to a copy of them";
}

/** electron-builder's flags of processors. */
const architectures = ['--x64', '--arm64'];

/**
 * Returns for which processors the packages of this system are made.
 * @param {readonly string[]} flags electron-builder's, as given
 * @param {Machine} machine
 * @returns {{ architectures: string[], others: string[] }} `others`: the flags that are about something else
 */
export function architectureFlags(flags, { platform, arch, canDownload }) {
  const given = flags.filter((flag) => architectures.includes(flag));
  const others = flags.filter((flag) => !architectures.includes(flag));
  if (given.length > 0) return { architectures: given, others };
  // Electron from a folder is for one processor only, and for Windows there is one.
  const isForAll = canDownload && platform !== 'win32';
  return { architectures: isForAll ? architectures : [`--${arch}`], others };
}

/**
 * Installs the programs that a target needs on Linux, with apt where it may.
 * @param {Target} target
 * @param {Machine} machine
 * @param {(line: string) => void} log
 * @returns {Promise<string | null>} what is missing and how to get it
 */
export async function ensureTools({ name, tools, borrowed }, machine, log) {
  if (machine.platform !== 'linux') return null;
  const needed = { ...tools, ...(borrows(machine) && borrowed) };
  const missing = () => Object.keys(needed).filter((command) => !isOnPath(command));
  const packages = missing().flatMap((command) => needed[command] ?? []);
  if (packages.length === 0) return null;
  const outcome = await ensureSystemPackages(packages, { purpose: `the ${name}`, log });
  if (missing().length === 0) return null;
  const advice = !outcome.ok && outcome.command !== null ? `; install it: ${outcome.command}` : '';
  return `there is no ${missing().join(' and no ')} on the PATH${advice}`;
}
