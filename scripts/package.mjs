// @ts-check
/**
 * `npm run package` builds the application and makes every package that this machine can, in release/. It names those
 * that it cannot make, with the reason. `npm run package -- deb rpm` makes only these, and fails if one cannot be made.
 * Flags (`--dir`, `-c.…`) are electron-builder's; with flags and no names, electron-builder chooses. `npm --check` is
 * ours: it installs the package for npm into an empty folder and runs it.
 *
 * If the official Electron cannot be downloaded, the local development Electron is used. That
 * package is good for testing the packaging, not for distribution.
 */
import { join } from 'node:path';
import { checkNpmPackage } from './package/npm-check.mjs';
import { makeNpmPackage } from './package/npm.mjs';
import { chooseTargets, ensureTool, targetObstacle } from './package/targets.mjs';
import { findOnPath, npmCommand } from './setup/command.mjs';
import { provideElectron } from './setup/electron-runtime.mjs';
import { ensureDependencies, projectRoot, runVisibly } from './setup/project.mjs';

/** electron-builder's flag of each platform. */
const platformFlags = new Map([
  ['linux', '--linux'],
  ['darwin', '--mac'],
  ['win32', '--win'],
]);

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

async function main() {
  const given = process.argv.slice(2);
  const names = given.filter((word) => !word.startsWith('-'));
  const flags = given.filter((word) => word.startsWith('-'));
  const onlyFlags = names.length === 0 && flags.length > 0;
  const chosen = onlyFlags ? [] : chooseTargets(names);
  await ensureDependencies(say);
  const build = npmCommand(['run', 'build']);
  const status = await runVisibly(build.command, build.args);
  if (status !== 0) return status;
  const isForNpm = chosen.some(({ name }) => name === 'npm');
  if (isForNpm) await packageForNpm(flags.includes('--check'));
  const ofElectron = chosen.filter(({ name }) => name !== 'npm');
  if (isForNpm && ofElectron.length === 0) return 0;
  return packageDesktop({
    chosen: onlyFlags ? null : ofElectron,
    flags: flags.filter((flag) => flag !== '--check'),
    needsAll: names.length > 0,
  });
}

/**
 * Makes the packages of the desktop with electron-builder.
 * @param {object} options
 * @param {ReturnType<typeof chooseTargets> | null} options.chosen null if electron-builder chooses
 * @param {readonly string[]} options.flags electron-builder's
 * @param {boolean} options.needsAll true if it is a failure that one cannot be made
 * @returns {Promise<number>} the exit status
 */
async function packageDesktop({ chosen, flags, needsAll }) {
  const electron = await provideElectron({ log: say });
  const targets = chosen === null ? [] : await targetFlags(chosen, electron.origin === 'official');
  if (targets === null) return 1;
  const script = join(projectRoot, 'node_modules', 'electron-builder', 'cli.js');
  const builder = [script, ...targets, ...electronFlags(electron), ...flags];
  const packaged = await runVisibly(process.execPath, builder, { env: builderEnvironment() });
  const made = targets.filter((word) => !word.startsWith('-')).length;
  const isIncomplete = needsAll && (chosen?.length ?? 0) > made;
  return packaged === 0 && isIncomplete ? 1 : packaged;
}

/** @param {boolean} isChecked whether it is also installed and run */
async function packageForNpm(isChecked) {
  const { tarball, size, unpackedSize, files } = await makeNpmPackage(
    join(projectRoot, 'release', 'npm'),
  );
  say(`${tarball}: ${size} bytes, ${files.length} files with ${unpackedSize} bytes`);
  if (isChecked) await checkNpmPackage(tarball, say);
}

/**
 * @param {ReturnType<typeof chooseTargets>} chosen
 * @param {boolean} canDownload
 * @returns {Promise<string[] | null>} null if none of them can be made
 */
async function targetFlags(chosen, canDownload) {
  const { platform, env } = process;
  const possible = [];
  for (const target of chosen) {
    const obstacle = targetObstacle(target, { platform, canDownload, env });
    const reason = obstacle ?? (await ensureTool(target, say));
    if (reason === null) possible.push(target.name);
    else say(`cannot make ${target.name}: ${reason}`);
  }
  if (possible.length === 0) return null;
  // Electron from a folder is for one processor only.
  const architectures =
    canDownload && platform !== 'win32' ? ['--x64', '--arm64'] : [`--${process.arch}`];
  return [platformFlags.get(platform) ?? '', ...possible, ...architectures];
}

/**
 * @param {Awaited<ReturnType<typeof provideElectron>>} electron
 * @returns {string[]} empty if electron-builder downloads the official one for any platform
 */
function electronFlags({ origin, dist, version }) {
  if (origin === 'official') return [];
  say(`packaging with Electron ${version} from ${dist}, for this platform only`);
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

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
