// @ts-check
/** Checks a finished package as a user gets it: it is unpacked, and what it holds is compared with what it should. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { contentProblems, sizeOf } from './check-contents.mjs';
import { fuseProblems, integrityProblems } from './executable-checks.mjs';
import { unpackArtifact } from './unpack-artifact.mjs';

/**
 * @typedef {import('./natives.mjs').Platform} Platform
 * @typedef {object} ArtifactCheck
 * @property {string[]} problems empty if all is right
 * @property {string | null} unchecked why it could not be looked into
 * @property {string[]} missingFuses the fuses that its Electron is too old for
 * @property {number | null} size bytes, unpacked
 */

/**
 * @param {string} file
 * @returns {{ platform: Platform, arch: string }} what its name says
 */
export function targetOf(file) {
  const name = basename(file);
  const platform = /-mac-|\.dmg$/.test(name) ? 'darwin' : name.endsWith('.exe') ? 'win32' : 'linux';
  return { platform, arch: /arm64|aarch64/.test(name) ? 'arm64' : 'x64' };
}

/**
 * @param {string} file
 * @returns {Promise<ArtifactCheck>}
 */
export async function checkArtifact(file) {
  const folder = await mkdtemp(join(tmpdir(), 'tokwatt-artifact-'));
  try {
    const unchecked = await unpackArtifact(file, folder);
    if (unchecked !== null) return { problems: [], unchecked, missingFuses: [], size: null };
    return { unchecked: null, ...(await checkUnpacked(folder, targetOf(file))) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { problems: [problem], unchecked: null, missingFuses: [], size: null };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {{ platform: Platform, arch: string }} target
 */
async function checkUnpacked(folder, { platform, arch }) {
  const names = await readdir(folder, { recursive: true });
  const archives = names.filter((name) => basename(name) === 'app.asar');
  const [archive] = archives;
  if (archive === undefined || archives.length > 1) {
    throw new Error(`it holds ${archives.length} files app.asar`);
  }
  const resources = join(folder, dirname(archive));
  const application = platform === 'darwin' ? dirname(dirname(resources)) : dirname(resources);
  const programs = { linux: 'tokwatt', win32: 'Tokwatt.exe', darwin: '' };
  const executable = join(application, programs[platform]);
  const holder = platform === 'darwin' ? join(application, 'Contents', 'Info.plist') : executable;
  const fuses = await fuseProblems(executable.replace(/\/$/, ''));
  const packaged = { folder: application, resources, platform, arch };
  return {
    problems: [
      ...(await contentProblems(packaged)),
      ...fuses.problems,
      ...(await integrityProblems({ platform, archive: join(folder, archive), holder })),
    ],
    missingFuses: fuses.missing,
    size: await sizeOf(application),
  };
}
