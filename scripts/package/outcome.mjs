// @ts-check
/** What became of the targets, for the table at the end. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkArtifact, targetOf } from './check-artifact.mjs';

/**
 * @typedef {import('./targets.mjs').Target} Target
 * @typedef {object} Made what became of a target
 * @property {string} name
 * @property {'made' | 'for checking only' | 'not made' | 'failed'} state
 * @property {string[]} notes one line each: the files with their checks, or why there are none
 */

/**
 * @param {Target} target
 * @param {string} folder
 * @param {number} since milliseconds since 1970
 * @returns {Promise<string[]>} the names of its files there that are not older
 */
export async function madeSince({ file }, folder, since) {
  const names = (await readdir(folder).catch(() => [])).filter((name) => file.test(name));
  const times = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name))).mtimeMs),
  );
  return names.filter((_, index) => (times[index] ?? 0) >= since);
}

/**
 * Looks into what was made of a target.
 * @param {Target} target
 * @param {readonly string[]} files in the folder
 * @param {{ folder: string, isOwn: boolean, status: number }} build `isOwn`: not only for a look into it
 * @returns {Promise<Made>}
 */
export async function outcomeOf({ name }, files, { folder, isOwn, status }) {
  if (files.length === 0) {
    return { name, state: 'failed', notes: [`electron-builder ended with status ${status}`] };
  }
  const notes = [];
  // Half of a file is there too after a failure.
  let isRight = status === 0;
  for (const file of files) {
    const check = await checkArtifact(join(folder, file));
    if (check.problems.length > 0) isRight = false;
    notes.push(`${file}, ${await describe(folder, file, check)}`);
  }
  return { name, state: !isRight ? 'failed' : isOwn ? 'made' : 'for checking only', notes };
}

/**
 * @param {string} folder
 * @param {string} file
 * @param {import('./check-artifact.mjs').ArtifactCheck} check
 */
async function describe(folder, file, { problems, unchecked, missingFuses, size }) {
  const packed = megabytes((await stat(join(folder, file))).size);
  if (unchecked !== null) return `${packed}, contents not checked: ${unchecked}`;
  if (problems.length > 0) return `${packed}, WRONG: ${problems.join('; ')}`;
  // Electron checks its archive there only.
  const hash = targetOf(file).platform === 'linux' ? '' : ", archive's hash";
  const checked = `natives, languages, fuses${hash}`;
  const tooOld = missingFuses.length > 0 ? `, without the fuse ${missingFuses.join(', ')}` : '';
  const { platform, arch } = targetOf(file);
  const record = join(folder, `empty-electron-${platform}-${arch}.json`);
  /** @type {unknown} */
  const stated = JSON.parse(await readFile(record, 'utf8').catch(() => '{"bytes":null}'));
  const { bytes } = /** @type {{ bytes: number | null }} */ (stated);
  const beside = bytes === null ? '' : ` (an empty Electron ${megabytes(bytes)})`;
  return `${packed}, unpacked ${megabytes(size ?? 0)}${beside}; ${checked} right${tooOld}`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
