// @ts-check
/** The kinds of packages that `npm run package` makes, and what keeps this machine from making one. */
import { isOnPath } from '../setup/command.mjs';
import { ensureSystemPackages } from '../setup/system-packages.mjs';

/**
 * @typedef {'linux' | 'darwin' | 'win32'} Platform
 * @typedef {{ name: string, platform: Platform | 'any', tool?: { command: string, packages: readonly string[] } }} Target
 *   `name`: electron-builder's, except npm; `tool`: the program that it needs, and the Debian packages that have it
 */

/** @type {readonly Target[]} */
const targets = [
  { name: 'AppImage', platform: 'linux' },
  { name: 'deb', platform: 'linux', tool: { command: 'dpkg-deb', packages: ['dpkg'] } },
  { name: 'rpm', platform: 'linux', tool: { command: 'rpmbuild', packages: ['rpm'] } },
  { name: 'tar.gz', platform: 'linux', tool: { command: '7z', packages: ['p7zip-full'] } },
  { name: 'dmg', platform: 'darwin' },
  { name: 'zip', platform: 'darwin' },
  { name: 'nsis', platform: 'win32' },
  { name: 'portable', platform: 'win32' },
  // The headless Tokwatt for Node, without Electron and without electron-builder.
  { name: 'npm', platform: 'any' },
];
const systems = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/**
 * @typedef {object} Machine
 * @property {string} platform as Node names it
 * @property {boolean} canDownload false if electron-builder's own tools cannot be fetched
 * @property {NodeJS.ProcessEnv} env
 */

/**
 * Returns the targets with these names, all if there are none.
 * @param {readonly string[]} names
 * @returns {readonly Target[]}
 * @throws {Error} that lists the names, for an unknown one
 */
export function chooseTargets(names) {
  const unknown = names.filter((name) => !targets.some((target) => target.name === name));
  if (unknown.length > 0) {
    const known = targets.map(({ name }) => name).join(', ');
    throw new Error(`There is no target ${unknown.join(', ')}; choose from ${known}.`);
  }
  return targets.filter(({ name }) => names.length === 0 || names.includes(name));
}

/**
 * Returns why this machine cannot make a target, as far as that shows without installing anything.
 * @param {Target} target
 * @param {Machine} machine
 * @returns {string | null}
 */
export function targetObstacle({ name, platform }, machine) {
  if (platform === 'any') return null;
  if (platform !== machine.platform) return `it is made on ${systems[platform]}`;
  if (machine.canDownload) return null;
  const needs = (/** @type {string} */ variable, /** @type {string} */ what) =>
    machine.env[variable]
      ? null
      : `electron-builder's ${what} cannot be downloaded here; set ${variable} to a copy of it`;
  if (name === 'AppImage') return needs('APPIMAGE_TOOLS_PATH', 'AppImage tools');
  return null;
}

/**
 * Installs the tool of a target with apt where it may.
 * @param {Target} target
 * @param {(line: string) => void} log
 * @returns {Promise<string | null>} what is missing and how to get it
 */
export async function ensureTool({ name, tool }, log) {
  if (tool === undefined || isOnPath(tool.command)) return null;
  const outcome = await ensureSystemPackages(tool.packages, { purpose: `the ${name}`, log });
  if (isOnPath(tool.command)) return null;
  const advice = !outcome.ok && outcome.command !== null ? `; install it: ${outcome.command}` : '';
  return `there is no ${tool.command} on the PATH${advice}`;
}
