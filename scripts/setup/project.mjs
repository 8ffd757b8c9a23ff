// @ts-check
/**
 * This checkout: installs its dependencies, builds it, and runs its programs with visible output.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand } from './command.mjs';

/** The folder of package.json. */
export const projectRoot = resolvePath(fileURLToPath(import.meta.url), '../../..');

/** The files that a build writes. A build is complete when all of them exist. */
const built = ['main.cjs', 'preload.cjs', 'headless.cjs', join('renderer', 'index.html')];
const sources = ['shared', 'electron', 'renderer', 'package-lock.json', 'vite.config.ts'];

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [output] a descriptor that gets all it says
 * @property {boolean} [quietOutput] its standard output goes to our standard error, so that ours has only data
 * @property {boolean} [group] runs it in its own process group, so that a signal reaches its children too
 */

/**
 * Runs a program in the project's folder with this process's input and output. Passes on signals
 * that end this process.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>} its exit status; 128 plus the signal's number if a signal ended it
 */
export function runVisibly(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: projectRoot,
    env: options.env ?? process.env,
    stdio: [
      'inherit',
      options.output ?? (options.quietOutput ? 2 : 'inherit'),
      options.output ?? 'inherit',
    ],
    detached: options.group === true && process.platform !== 'win32',
  });
  return exitOf(child, options.group === true);
}

/**
 * Waits for a child to end, and passes on to it signals that end this process.
 * @param {import('node:child_process').ChildProcess} child
 * @param {boolean} [group] true if it leads a process group, which then gets the signals too
 * @returns {Promise<number>} see runVisibly
 */
export function exitOf(child, group = false) {
  return new Promise((resolve, reject) => {
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      if (group && process.platform !== 'win32' && child.pid) process.kill(-child.pid, signal);
      else child.kill(signal);
    };
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, passOn);
    const done = () => {
      for (const signal of signals) process.off(signal, passOn);
    };
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once('close', (code, signal) => {
      done();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * Runs an npm script of this project with its output on standard error.
 * @param {readonly string[]} args as after `npm`
 */
async function npm(args) {
  const { command, args: all } = npmCommand(args);
  const code = await runVisibly(command, all, { quietOutput: true });
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with status ${code}`);
}

/**
 * Installs the dependencies if they are missing or differ from package-lock.json.
 * @param {(line: string) => void} log
 * @throws {Error} when npm fails
 */
export async function ensureDependencies(log) {
  const reason = staleDependencies();
  if (reason === null) return;
  log(`${reason}: npm ci`);
  await npm(['ci', '--no-audit', '--no-fund']);
}

/** @returns {string | null} why an installation is due */
function staleDependencies() {
  const wanted = readLock(join(projectRoot, 'package-lock.json'));
  const installed = readLock(join(projectRoot, 'node_modules', '.package-lock.json'));
  if (installed === null) return 'the dependencies are not installed';
  for (const [path, entry] of Object.entries(wanted ?? {})) {
    // Optional packages of other platforms are in the lock file but are correctly not installed.
    const mayBeAbsent = path === '' || entry?.optional === true || entry?.devOptional === true;
    const version = installed[path]?.version;
    if (version === entry?.version || (version === undefined && mayBeAbsent)) continue;
    return 'the dependencies are not those of package-lock.json';
  }
  return null;
}

/**
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} LockEntry
 * @param {string} file
 * @returns {Partial<Record<string, LockEntry>> | null} null if there is none
 */
function readLock(file) {
  if (!existsSync(file)) return null;
  /** @type {unknown} */
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  return /** @type {{ packages: Record<string, LockEntry> }} */ (lock).packages;
}

/**
 * Builds the application if dist/ is missing or older than its sources.
 * @param {(line: string) => void} log
 * @throws {Error} when the build fails
 */
export async function ensureBuild(log) {
  const times = built.map((name) => modified(join(projectRoot, 'dist', name)));
  const oldest = Math.min(...(await Promise.all(times)));
  const newest = Math.max(...(await Promise.all(sources.map(newestIn))));
  if (oldest >= newest) return;
  log(oldest === 0 ? 'building' : 'the sources are newer than the build: building');
  await npm(['run', 'build']);
}

/**
 * @param {string} path
 * @returns {Promise<number>} milliseconds since 1970; 0 if there is no such file
 */
async function modified(path) {
  const info = await stat(path).catch(() => null);
  return info?.mtimeMs ?? 0;
}

/**
 * @param {string} name a file or folder of the project
 * @returns {Promise<number>} the time of the newest change of a file in it, except tests
 */
async function newestIn(name) {
  const path = join(projectRoot, name);
  const entries = await readdir(path, { recursive: true }).catch(() => ['']);
  const files = entries.filter((entry) => !/\.test\.tsx?$/.test(entry));
  return Math.max(0, ...(await Promise.all(files.map((entry) => modified(join(path, entry))))));
}
