// @ts-check
/** Makes the packages of the desktop with electron-builder, and checks each of them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findOnPath } from '../setup/command.mjs';
import { provideElectron } from '../setup/electron-runtime.mjs';
import { projectRoot, runVisibly } from '../setup/project.mjs';
import { appImageTools, nsisTools } from './borrowed-tools.mjs';
import { foreignElectronVersion, provideForeignElectron } from './foreign-electron.mjs';
import { madeSince, outcomeOf } from './outcome.mjs';
import { architectureFlags, ensureTools, isForChecking, targetObstacle } from './targets.mjs';

/**
 * @typedef {import('./targets.mjs').Target} Target
 * @typedef {Awaited<ReturnType<typeof provideElectron>>} Electron
 * @typedef {(line: string) => void} Say
 * @typedef {import('./outcome.mjs').Made} Made
 */

/** electron-builder's flag of each platform. */
const platformFlags = { linux: '--linux', darwin: '--mac', win32: '--win' };
const release = join(projectRoot, 'release');
const script = join(projectRoot, 'node_modules', 'electron-builder', 'cli.js');

/**
 * Lets electron-builder do what its flags say.
 * @param {readonly string[]} flags
 * @param {Say} say
 * @returns {Promise<number>} its exit status
 */
export async function runBuilder(flags, say) {
  const electron = await provideElectron({ log: say });
  const args = [script, ...electronFlags(electron, say), ...flags];
  return runVisibly(process.execPath, args, { env: builderEnvironment() });
}

/**
 * @param {readonly Target[]} chosen
 * @param {readonly string[]} flags electron-builder's
 * @param {Say} say
 * @returns {Promise<Made[]>} in the order of `chosen`
 */
export async function packageDesktop(chosen, flags, say) {
  const electron = await provideElectron({ log: say });
  const { platform, arch, env } = process;
  const machine = { platform, arch, canDownload: electron.origin === 'official', env };
  const obstacles = await findObstacles(chosen, machine, say);
  const folder = outputFolder(flags);
  const possible = chosen.filter(({ name }) => !obstacles.has(name));
  const own = possible.filter((target) => !isForChecking(target, machine));
  const since = Date.now();
  /** @type {Map<string, number>} */
  const statuses = new Map();
  const ownStatus = own.length > 0 ? await packageOwn(own, electron, flags, say) : 0;
  for (const { name } of own) statuses.set(name, ownStatus);
  for (const target of possible.filter((one) => !own.includes(one))) {
    statuses.set(target.name, await packageForChecking(target, flags, say));
  }
  const results = [];
  for (const target of chosen) {
    const obstacle = obstacles.get(target.name);
    if (obstacle !== undefined) {
      results.push({
        name: target.name,
        state: /** @type {const} */ ('not made'),
        notes: [obstacle],
      });
    } else {
      const files = await madeSince(target, folder, since);
      const isOwn = own.includes(target);
      results.push(
        await outcomeOf(target, files, { folder, isOwn, status: statuses.get(target.name) ?? 1 }),
      );
    }
  }
  return results;
}

/**
 * @param {readonly Target[]} chosen
 * @param {import('./targets.mjs').Machine} machine
 * @param {Say} say
 * @returns {Promise<Map<string, string>>} why a target cannot be made, by its name
 */
async function findObstacles(chosen, machine, say) {
  const obstacles = new Map();
  for (const target of chosen) {
    const reason =
      targetObstacle(target, machine) ??
      (await ensureTools(target, machine, say)) ??
      (await borrow(target, machine, say));
    if (reason !== null) obstacles.set(target.name, reason);
  }
  return obstacles;
}

/**
 * @param {readonly string[]} flags electron-builder's
 * @returns {string} the folder that the packages get into
 */
function outputFolder(flags) {
  const name = '-c.directories.output=';
  const given = flags.find((flag) => flag.startsWith(name));
  return given === undefined ? release : resolve(projectRoot, given.slice(name.length));
}

/**
 * Fetches what a target is made with where electron-builder cannot download it.
 * @param {Target} target
 * @param {import('./targets.mjs').Machine} machine
 * @param {Say} say
 * @returns {Promise<string | null>} why it cannot be had
 */
async function borrow(target, machine, say) {
  try {
    if (isForChecking(target, machine)) {
      await provideForeignElectron(target.platform === 'win32' ? 'win32' : 'darwin', say);
    } else if (needsAppImageTools([target], machine)) await appImageTools(say);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * @param {readonly Target[]} chosen
 * @param {Pick<import('./targets.mjs').Machine, 'canDownload' | 'env'>} machine
 */
function needsAppImageTools(chosen, { canDownload, env }) {
  return chosen.some(({ name }) => name === 'AppImage') && !canDownload && !env.APPIMAGE_TOOLS_PATH;
}

/**
 * @param {readonly Target[]} own all of this system
 * @param {Electron} electron
 * @param {readonly string[]} flags
 * @param {Say} say
 */
async function packageOwn(own, electron, flags, say) {
  const { platform, arch, env } = process;
  const canDownload = electron.origin === 'official';
  const { architectures, others } = architectureFlags(flags, { platform, arch, canDownload, env });
  const isBorrowed = needsAppImageTools(own, { canDownload, env });
  const borrowed = isBorrowed ? await appImageTools(say) : {};
  // What the borrowed runtime can unpack.
  const compression = isBorrowed ? ['-c.appImage.compression=gzip'] : [];
  const system = platformFlags[/** @type {keyof typeof platformFlags} */ (platform)];
  const names = own.map(({ name }) => name);
  const args = [
    system,
    ...names,
    ...architectures,
    ...electronFlags(electron, say),
    ...compression,
    ...others,
  ];
  return runVisibly(process.execPath, [script, ...args], {
    env: { ...builderEnvironment(), ...borrowed },
  });
}

/**
 * Makes one package of another system from an older Electron, unsigned and without its icon.
 * @param {Target} target
 * @param {readonly string[]} flags
 * @param {Say} say
 */
async function packageForChecking({ name, platform }, flags, say) {
  if (platform !== 'darwin' && platform !== 'win32') throw new Error(`${platform} is not foreign`);
  say(`${name}: made with an Electron of 2023, for a look into it only`);
  const { dist } = await provideForeignElectron(platform, say);
  const { parse } = await import('yaml');
  /** @type {unknown} */
  const parsed = parse(await readFile(join(projectRoot, 'electron-builder.yml'), 'utf8'));
  const configuration = /** @type {Record<string, Record<string, unknown>>} */ (parsed);
  // The one that this Electron does not have yet.
  const { grantFileProtocolExtraPrivileges: _, ...electronFuses } =
    configuration.electronFuses ?? {};
  const changed = {
    ...{ ...configuration, electronFuses, electronDist: dist },
    electronVersion: foreignElectronVersion,
    mac: { ...configuration.mac, identity: null },
    // It takes tools of Windows.
    win: { ...configuration.win, signAndEditExecutable: false },
  };
  const file = join(release, `for-checking-${platform}.json`);
  await mkdir(release, { recursive: true });
  await writeFile(file, JSON.stringify(changed));
  const borrowed = platform === 'win32' ? await nsisTools(say) : {};
  const others = flags.filter((flag) => flag !== '--x64' && flag !== '--arm64');
  const args = [script, platformFlags[platform], name, '--x64', '--config', file, ...others];
  return runVisibly(process.execPath, args, { env: { ...builderEnvironment(), ...borrowed } });
}

/**
 * @param {Electron} electron
 * @param {Say} say
 * @returns {string[]} empty if electron-builder downloads the official one for any platform
 */
function electronFlags({ origin, dist, version }, say) {
  if (origin === 'official') return [];
  say(`packaging with Electron ${version} from ${dist}`);
  if (origin === 'lab') say('it gets no security updates: do not hand this package out');
  return [`-c.electronDist=${dist}`, `-c.electronVersion=${version}`];
}

/**
 * The deb and the rpm are built by the distributions' own tools, in place of fpm, and archives by the system's 7-Zip if
 * there is one.
 */
function builderEnvironment() {
  const sevenZip = process.platform === 'linux' ? findOnPath('7z') : null;
  return {
    ...(sevenZip !== null && { ELECTRON_BUILDER_7ZIP_PATH: sevenZip }),
    CUSTOM_FPM_PATH: join(projectRoot, 'scripts', 'package', 'linux-package.mjs'),
    ...process.env,
  };
}
