// @ts-check
/**
 * The cache folder, outside the source tree, for files that take minutes to fetch or build: the
 * development Electron and the llama-server of the tests. It can always be deleted.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/**
 * `$TOKWATT_CACHE`, else `tokwatt` in the user's cache folder (`$XDG_CACHE_HOME`, else `~/.cache`).
 * @returns {string} an absolute path; it need not exist
 */
export function cacheRoot() {
  const own = process.env.TOKWATT_CACHE;
  if (own) return own;
  const base = process.env.XDG_CACHE_HOME;
  return base ? join(base, 'tokwatt') : join(homedir(), '.cache', 'tokwatt');
}

/**
 * Builds a folder only once, also for concurrent callers: a lock keeps two runs apart, and the
 * folder gets its name only when it is complete. Linux only (it uses flock).
 * @param {string} folder the finished folder
 * @param {(partial: string) => Promise<void>} build fills an empty folder; when it throws, nothing is kept
 * @param {(line: string) => void} log called before it waits for another run
 * @returns {Promise<void>}
 */
export async function buildOnce(folder, build, log) {
  if (existsSync(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  const release = await lock(`${folder}.lock`, () =>
    log(`waiting for another run that is preparing ${basename(folder)}`),
  );
  try {
    if (existsSync(folder)) return;
    await removeLeftovers(folder);
    const partial = await mkdtemp(`${folder}.partial-`);
    try {
      await chmod(partial, 0o755);
      await build(partial);
      await rename(partial, folder);
    } catch (error) {
      await discard(partial);
      throw error;
    }
  } finally {
    release();
  }
}

/**
 * Removes files of earlier runs that were killed during a build.
 * @param {string} folder
 */
async function removeLeftovers(folder) {
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.partial-`)) {
      await discard(join(dirname(folder), name));
    }
  }
}

/**
 * Removes a folder. A folder that cannot be removed (a file system that a killed debootstrap left
 * mounted there) must not stop the next run.
 * @param {string} folder
 */
async function discard(folder) {
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}

/**
 * Takes an exclusive lock that the kernel releases when this process ends in any way. A child holds
 * it as long as its input, a pipe from here, stays open.
 * @param {string} file
 * @param {() => void} onWait
 * @returns {Promise<() => void>} releases the lock
 */
function lock(file, onWait) {
  return new Promise((resolve, reject) => {
    const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const notice = setTimeout(onWait, 2000);
    holder.on('error', reject);
    holder.on('exit', () => reject(new Error(`cannot lock ${file}`)));
    holder.stdout.once('data', () => {
      clearTimeout(notice);
      resolve(() => holder.stdin.end());
    });
  });
}
