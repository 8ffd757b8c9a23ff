// @ts-check
/** Installs the package for npm as a user does, and runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { capture, lastWords, npmCommand } from '../setup/command.mjs';
import { sizeOf } from './check-contents.mjs';

/**
 * Installs a tarball into a folder that holds nothing else. No script of any package is run, so nothing can be compiled.
 * @param {string} tarball
 * @param {string} folder
 * @returns {Promise<{ script: string, bytes: number }>} the file that the command runs, and the size of all that was
 *   installed
 * @throws {Error} with npm's last words
 */
export async function installNpmPackage(tarball, folder) {
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const npm = npmCommand(['install', tarball, ...quiet]);
  const outcome = await capture(npm.command, npm.args, { cwd: folder });
  if (outcome.code !== 0) throw new Error(`npm install failed: ${lastWords(outcome)}`);
  const modules = join(folder, 'node_modules');
  return {
    script: join(modules, 'tokwatt', 'dist', 'tokwatt.cjs'),
    bytes: await sizeOf(modules),
  };
}

/**
 * Installs the package into an empty folder and runs it with this Node: its version, a start, its page, and an orderly
 * end.
 * @param {string} tarball
 * @param {(line: string) => void} log
 * @throws {Error} if any of this fails
 */
export async function checkNpmPackage(tarball, log) {
  const folder = await mkdtemp(join(tmpdir(), 'tokwatt-npm-'));
  try {
    const { script, bytes } = await installNpmPackage(tarball, folder);
    const version = await capture(process.execPath, [script, '--version'], { cwd: folder });
    if (version.code !== 0) throw new Error(`tokwatt --version failed: ${lastWords(version)}`);
    await startAndStop(script, folder);
    const megabytes = (bytes / 1e6).toFixed(1);
    log(
      `tokwatt ${version.stdout.trim()} installed (${megabytes} MB), ran on Node ${process.version}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} script
 * @param {string} folder
 */
async function startAndStop(script, folder) {
  const flags = ['--proxy-port', '0', '--api-port', '0', '--data-dir', join(folder, 'data')];
  const child = spawn(process.execPath, [script, ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  try {
    const page = await fetch(await apiOf(child.stdout));
    if (!page.ok) throw new Error(`The page was answered with status ${page.status}.`);
  } finally {
    child.kill('SIGTERM');
  }
  await closed;
  if (child.exitCode !== 0) {
    throw new Error(`tokwatt ended with status ${child.exitCode} after SIGTERM.`);
  }
}

/**
 * @param {import('node:stream').Readable} stdout of Tokwatt
 * @returns {Promise<string>} the address of its API and its page
 */
async function apiOf(stdout) {
  for await (const line of createInterface({ input: stdout })) {
    /** @type {unknown} */
    const ready = JSON.parse(line);
    return /** @type {{ api: string }} */ (ready).api;
  }
  throw new Error('tokwatt ended before it was ready.');
}
