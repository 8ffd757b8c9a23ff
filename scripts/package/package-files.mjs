// @ts-check
/** The files of a deb or an rpm while it is built. */
import { createReadStream } from 'node:fs';
import { chmod, readdir, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { capture, lastWords } from '../setup/command.mjs';

/**
 * @param {string} root
 * @returns {Promise<{ path: string, kind: 'file' | 'folder' | 'link' }[]>} `path`: from the root, with a leading slash
 */
export async function packageEntries(root) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => ({
      path: `/${relative(root, join(entry.parentPath, entry.name))}`,
      kind: entry.isSymbolicLink()
        ? /** @type {const} */ ('link')
        : entry.isDirectory()
          ? /** @type {const} */ ('folder')
          : /** @type {const} */ ('file'),
    }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Gives files the modes that distributions expect, whatever the umask of the build was. Libraries are not executable.
 * @param {string} root
 */
export async function normaliseModes(root) {
  for (const { path, kind } of await packageEntries(root)) {
    const file = join(root, path);
    if (kind === 'folder') await chmod(file, 0o755);
    if (kind !== 'file') continue;
    const isLibrary = /\.(?:node|so(?:\.\d+)*)$/.test(path);
    const isExecutable = ((await stat(file)).mode & 0o100) !== 0;
    await chmod(file, isExecutable && !isLibrary ? 0o755 : 0o644);
  }
}

/**
 * @param {string} file
 * @returns {Promise<string>} in hexadecimal
 */
export async function md5Of(file) {
  const hash = createHash('md5');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @throws {Error} if it fails
 */
export async function runTool(command, args) {
  const outcome = await capture(command, args, { env: { ...process.env, LC_ALL: 'C' } });
  if (outcome.code !== 0) throw new Error(`${command} failed: ${lastWords(outcome)}`);
}
