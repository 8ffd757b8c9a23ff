// @ts-check
/** Unpacks a finished package, to look at what a user gets. */
import { mkdir, open, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isOnPath } from '../setup/command.mjs';
import { runTool } from './package-files.mjs';

/** @typedef {{ needs: string, unpack: (file: string, folder: string) => Promise<void> }} Unpacker */

/** By the end of the name. @type {readonly [string, Unpacker][]} */
const unpackers = [
  [
    '.deb',
    { needs: 'dpkg-deb', unpack: (file, folder) => runTool('dpkg-deb', ['-x', file, folder]) },
  ],
  ['.rpm', { needs: 'rpm2cpio', unpack: unpackRpm }],
  [
    '.tar.gz',
    { needs: 'tar', unpack: (file, folder) => runTool('tar', ['-xzf', file, '-C', folder]) },
  ],
  ['.AppImage', { needs: 'unsquashfs', unpack: unpackAppImage }],
  [
    '.zip',
    process.platform === 'darwin'
      ? { needs: 'ditto', unpack: (file, folder) => runTool('ditto', ['-x', '-k', file, folder]) }
      : { needs: '7z', unpack: (file, folder) => runTool('7z', ['x', '-y', `-o${folder}`, file]) },
  ],
  ['.exe', { needs: '7z', unpack: unpackInstaller }],
];

/**
 * @param {string} file
 * @param {string} folder an empty one
 * @returns {Promise<string | null>} why it was not unpacked
 * @throws {Error} if it is damaged
 */
export async function unpackArtifact(file, folder) {
  const found = unpackers.find(([end]) => file.endsWith(end))?.[1];
  if (found === undefined) return `nothing here unpacks ${basename(file)}`;
  if (!isOnPath(found.needs) && !isOnPath(`${found.needs}.exe`))
    return `there is no ${found.needs} on the PATH`;
  await found.unpack(file, folder);
  return null;
}

/**
 * @param {string} file
 * @param {string} folder
 */
async function unpackRpm(file, folder) {
  const script = 'cd "$2" && rpm2cpio "$1" | cpio --extract --make-directories --quiet';
  await runTool('sh', ['-c', script, 'sh', file, folder]);
}

/**
 * @param {string} file
 * @param {string} folder
 */
async function unpackAppImage(file, folder) {
  const offset = String(await elfLength(file));
  await runTool('unsquashfs', ['-q', '-n', '-f', '-d', folder, '-o', offset, file]);
}

/**
 * @param {string} file
 * @param {string} folder
 */
async function unpackInstaller(file, folder) {
  const parts = join(folder, 'installer');
  await runTool('7z', ['x', '-y', `-o${parts}`, file]);
  const names = await readdir(parts, { recursive: true });
  const payload = names.find((name) => /app-\w+\.7z$/.test(name));
  if (payload === undefined) throw new Error(`${basename(file)} holds no application`);
  await mkdir(join(folder, 'application'));
  await runTool('7z', ['x', '-y', `-o${join(folder, 'application')}`, join(parts, payload)]);
}

/**
 * @param {string} file a 64-bit ELF program with something after it
 * @returns {Promise<number>} the bytes of the program: its section headers are its end
 */
export async function elfLength(file) {
  const handle = await open(file);
  try {
    const header = Buffer.alloc(64);
    await handle.read(header, 0, 64, 0);
    if (header.readUInt32BE(0) !== 0x7f454c46) throw new Error(`${basename(file)} is no program`);
    const sections = Number(header.readBigUInt64LE(0x28));
    return sections + header.readUInt16LE(0x3a) * header.readUInt16LE(0x3c);
  } finally {
    await handle.close();
  }
}
