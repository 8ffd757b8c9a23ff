// @ts-check
/** Makes the packages of the desktop with electron-builder, and checks each of them. */
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from '../setup/command.mjs';
import { provideElectron } from '../setup/electron-runtime.mjs';
import { projectRoot, runVisibly } from '../setup/project.mjs';
import { appImageTools, nsisTools } from './borrowed-tools.mjs';
import { checkArtifact, targetOf } from './check-artifact.mjs';
import { foreignElectronVersion, provideForeignElectron } from './foreign-electron.mjs';
import { architectureFlags, ensureTools, isForChecking, targetObstacle } from './targets.mjs';

/**
 * @typedef {import('./targets.mjs').Target} Target
 * @typedef {Awaited<ReturnType<typeof provideElectron>>} Electron
 * @typedef {(line: string) => void} Say
 * @typedef {object} Made what became of a target
 * @property {string} name
 * @property {'made' | 'for checking only' | 'not made' | 'failed'} state
 * @property {string[]} notes one line each: the files with their checks, or why there are none
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
  /** @type {Map<string, string>} */
  const obstacles = new Map();
  for (const target of chosen) {
    const reason =
      targetObstacle(target, machine) ??
      (await ensureTools(target, say)) ??
      (await borrow(target, machine, say));
    if (reason !== null) obstacles.set(target.name, reason);
  }
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
      const files = await madeSince(target, since);
      const isOwn = own.includes(target);
      results.push(
        await outcomeOf(target, files, { isOwn, status: statuses.get(target.name) ?? 1 }),
      );
    }
  }
  return results;
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
 * @param {Target} target
 * @param {readonly string[]} files
 * @param {{ isOwn: boolean, status: number }} build
 * @returns {Promise<Made>}
 */
async function outcomeOf({ name }, files, { isOwn, status }) {
  if (files.length === 0) {
    return { name, state: 'failed', notes: [`electron-builder ended with status ${status}`] };
  }
  const notes = [];
  // Half of a file is there too after a failure.
  let isRight = status === 0;
  for (const file of files) {
    const check = await checkArtifact(join(release, file));
    if (check.problems.length > 0) isRight = false;
    notes.push(`${file}, ${await describe(file, check)}`);
  }
  return { name, state: !isRight ? 'failed' : isOwn ? 'made' : 'for checking only', notes };
}

/**
 * @param {string} file
 * @param {import('./check-artifact.mjs').ArtifactCheck} check
 */
async function describe(file, { problems, unchecked, missingFuses, size }) {
  const packed = megabytes((await stat(join(release, file))).size);
  if (unchecked !== null) return `${packed}, contents not checked: ${unchecked}`;
  if (problems.length > 0) return `${packed}, WRONG: ${problems.join('; ')}`;
  const tooOld = missingFuses.length > 0 ? `, without the fuse ${missingFuses.join(', ')}` : '';
  const { platform, arch } = targetOf(file);
  const record = join(release, `empty-electron-${platform}-${arch}.json`);
  /** @type {unknown} */
  const stated = JSON.parse(await readFile(record, 'utf8').catch(() => '{"bytes":null}'));
  const { bytes } = /** @type {{ bytes: number | null }} */ (stated);
  const beside = bytes === null ? '' : ` (an empty Electron ${megabytes(bytes)})`;
  return `${packed}, unpacked ${megabytes(size ?? 0)}${beside}; natives, languages, fuses, archive's hash right${tooOld}`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
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
  const system = platformFlags[/** @type {keyof typeof platformFlags} */ (platform)];
  const names = own.map(({ name }) => name);
  const args = [system, ...names, ...architectures, ...electronFlags(electron, say), ...others];
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
 * @param {Target} target
 * @param {number} since milliseconds since 1970
 */
async function madeSince({ file }, since) {
  const names = (await readdir(release).catch(() => [])).filter((name) => file.test(name));
  const times = await Promise.all(
    names.map(async (name) => (await stat(join(release, name))).mtimeMs),
  );
  return names.filter((_, index) => (times[index] ?? 0) >= since);
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
