// @ts-check
/** Runs other programs, for scripts that run before any dependency is installed. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} Outcome
 * @property {number | null} code exit status, null when it was ended by a signal or never started
 * @property {string} stdout
 * @property {string} stderr
 * @property {boolean} timedOut
 *
 * @typedef {object} CaptureOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeoutMs] no limit when absent
 * @property {AbortSignal} [signal] ends the program
 */

/**
 * Runs a program to its end and returns its output. Never rejects: a program that cannot be started
 * has `code: null` and the cause in `stderr`.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CaptureOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const end = () => child.kill('SIGKILL');
    const timer = options.timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          end();
        }, options.timeoutMs)
      : undefined;
    options.signal?.addEventListener('abort', end);
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
    child.on('error', (error) => (stderr += error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', end);
      resolve({ code, stdout, stderr, timedOut });
    });
  });
}

/**
 * Returns the last lines of a program's output as one line, for an error message.
 * @param {Outcome} outcome
 * @returns {string}
 */
export function lastWords(outcome) {
  const text = outcome.stderr.trim() || outcome.stdout.trim();
  const words = text.split('\n').slice(-3).join(' / ');
  return outcome.timedOut ? `time limit reached; ${words}` : words;
}

/**
 * True if a program with this name is on the PATH.
 * @param {string} name
 * @returns {boolean}
 */
export function isOnPath(name) {
  return findOnPath(name) !== null;
}

/**
 * @param {string} name of a program
 * @returns {string | null} its file, null if it is not on the PATH
 */
export function findOnPath(name) {
  const files = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  const found = files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return found ?? null;
}

/**
 * Returns how to call npm. If npm runs this script, it is the same npm, so that its version and
 * settings are the user's.
 * @param {readonly string[]} args
 * @returns {{ command: string, args: string[] }}
 */
export function npmCommand(args) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) {
    return { command: process.execPath, args: [script, ...args] };
  }
  // npm is a batch file on Windows, and only a shell can start it.
  return process.platform === 'win32'
    ? { command: 'cmd.exe', args: ['/d', '/s', '/c', 'npm', ...args] }
    : { command: 'npm', args: [...args] };
}
