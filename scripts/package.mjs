// @ts-check
/**
 * `npm run package` builds the application, makes every package that this machine can, in release/, looks into each of
 * them, and prints a table of all of them with the reason where there is none. `npm run package -- deb rpm` makes only
 * these, and fails if one cannot be made. Flags (`--dir`, `-c.…`) are electron-builder's; with flags and no names,
 * electron-builder chooses. `npm --check` is ours: it installs the package for npm into an empty folder and runs it.
 * `npm run package -- prove` installs, runs, upgrades and removes what is in release/.
 *
 * If the official Electron cannot be downloaded, the local development Electron is used. That
 * package is good for testing the packaging, not for distribution.
 */
import { join } from 'node:path';
import { packageDesktop, runBuilder } from './package/desktop.mjs';
import { checkNpmPackage } from './package/npm-check.mjs';
import { makeNpmPackage } from './package/npm.mjs';
import { chooseTargets } from './package/targets.mjs';
import { npmCommand } from './setup/command.mjs';
import { ensureDependencies, projectRoot, runVisibly } from './setup/project.mjs';

/** @typedef {import('./package/desktop.mjs').Made} Made */

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

async function main() {
  const given = process.argv.slice(2);
  const names = given.filter((word) => !word.startsWith('-'));
  const flags = given.filter((word) => word.startsWith('-'));
  if (names[0] === 'prove') {
    const prove = join(projectRoot, 'scripts', 'package', 'prove.mjs');
    return runVisibly(process.execPath, [prove, ...names.slice(1), ...flags]);
  }
  const chosen = chooseTargets(names);
  await ensureDependencies(say);
  const build = npmCommand(['run', 'build']);
  const status = await runVisibly(build.command, build.args);
  if (status !== 0) return status;
  if (names.length === 0 && flags.length > 0) return runBuilder(flags, say);
  const ofElectron = chosen.filter(({ name }) => name !== 'npm');
  const builderFlags = flags.filter((flag) => flag !== '--check');
  const made = ofElectron.length === 0 ? [] : await packageDesktop(ofElectron, builderFlags, say);
  if (ofElectron.length < chosen.length) made.push(await packageForNpm(flags.includes('--check')));
  say(`\n${table(made)}`);
  const isComplete = names.length === 0 || made.every(({ state }) => state !== 'not made');
  return isComplete && made.every(({ state }) => state !== 'failed') ? 0 : 1;
}

/**
 * @param {boolean} isChecked whether it is also installed and run
 * @returns {Promise<Made>}
 */
async function packageForNpm(isChecked) {
  const { tarball, size, unpackedSize, files } = await makeNpmPackage(
    join(projectRoot, 'release', 'npm'),
  );
  say(`${tarball}: ${size} bytes, ${files.length} files with ${unpackedSize} bytes`);
  if (isChecked) await checkNpmPackage(tarball, say);
  const note = `${(size / 1e6).toFixed(1)} MB, ${files.length} files`;
  return { name: 'npm', state: 'made', notes: [isChecked ? `${note}; installed and run` : note] };
}

/** @param {readonly Made[]} made */
function table(made) {
  return made
    .flatMap(({ name, state, notes }) =>
      notes.map((note) => `${name.padEnd(9)} ${state.padEnd(18)} ${note}`),
    )
    .join('\n');
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
