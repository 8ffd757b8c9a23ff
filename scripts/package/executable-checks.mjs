// @ts-check
/** Reads back what is fixed in a packaged executable: its fuses, and the hash of the archive that it will accept. */
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../setup/project.mjs';

/** @typedef {import('./natives.mjs').Platform} Platform */

/**
 * Compares an executable's fuses with those in electron-builder.yml.
 * @param {string} executable on macOS the bundle
 * @returns {Promise<{ problems: string[], missing: string[] }>} `missing`: fuses that this Electron is too old for
 */
export async function fuseProblems(executable) {
  const { FuseV1Options, getCurrentFuseWire } = await import('@electron/fuses');
  const wire = await getCurrentFuseWire(executable);
  const problems = [];
  const missing = [];
  for (const [name, wanted] of Object.entries(await wantedFuses())) {
    const key = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    const option = FuseV1Options[/** @type {keyof typeof FuseV1Options} */ (key)];
    const state = wire[option];
    if (state === undefined) missing.push(name);
    else if (String.fromCharCode(state) !== (wanted ? '1' : '0')) {
      problems.push(`the fuse ${name} is not ${wanted ? 'on' : 'off'}`);
    }
  }
  return { problems, missing };
}

/** @returns {Promise<Record<string, boolean>>} */
async function wantedFuses() {
  const { parse } = await import('yaml');
  const text = await readFile(join(projectRoot, 'electron-builder.yml'), 'utf8');
  /** @type {unknown} */
  const configuration = parse(text);
  return /** @type {{ electronFuses: Record<string, boolean> }} */ (configuration).electronFuses;
}

/**
 * Returns why the archive would not be accepted. Electron checks it on macOS and Windows only.
 * @param {object} packaged
 * @param {Platform} packaged.platform
 * @param {string} packaged.archive the app.asar
 * @param {string} packaged.holder the file that states the hash: the executable, or on macOS Info.plist
 * @returns {Promise<string[]>}
 */
export async function integrityProblems({ platform, archive, holder }) {
  if (platform === 'linux') return [];
  const stated = statedHash(platform, await readFile(holder, 'latin1'));
  const actual = await archiveHash(archive);
  if (stated === null) return ['it states no hash of app.asar'];
  return stated === actual ? [] : [`it states the hash ${stated} of app.asar, which is ${actual}`];
}

/**
 * @param {'darwin' | 'win32'} platform
 * @param {string} text of the file that states it
 * @returns {string | null} in hexadecimal
 */
export function statedHash(platform, text) {
  const pattern =
    platform === 'darwin'
      ? /<key>Resources\/app\.asar<\/key>\s*<dict>[^]*?<key>hash<\/key>\s*<string>([0-9a-f]{64})</
      : /"file":"resources\\\\app\.asar","alg":"SHA256","value":"([0-9a-f]{64})"/i;
  return pattern.exec(text)?.[1] ?? null;
}

/**
 * @param {string} archive an app.asar
 * @returns {Promise<string>} the SHA-256 of its header, in hexadecimal: the list of its files with their hashes
 */
export async function archiveHash(archive) {
  const file = await open(archive);
  try {
    // Two pickles: the size of the header's, then the header's, whose text begins after both sizes and its length.
    const sizes = Buffer.alloc(16);
    await file.read(sizes, 0, 16, 0);
    const header = Buffer.alloc(sizes.readUInt32LE(12));
    await file.read(header, 0, header.length, 16);
    return createHash('sha256').update(header).digest('hex');
  } finally {
    await file.close();
  }
}
