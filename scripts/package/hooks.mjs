// @ts-check
/** What electron-builder calls while it packages one target; electron-builder.yml names these functions' files. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../setup/project.mjs';
import { contentProblems, sizeOf } from './check-contents.mjs';
import { provideNatives } from './natives.mjs';
import { releaseNotes } from './release-notes.mjs';

/**
 * @typedef {import('./natives.mjs').Platform} Platform
 * @typedef {Pick<import('electron-builder').AfterPackContext, 'outDir' | 'appOutDir' | 'electronPlatformName' | 'arch'> & {
 *   packager: {
 *     appInfo: { productFilename: string, version: string },
 *     config: { releaseInfo?: { releaseNotes?: string | null } | null },
 *   } }} Context
 */

/** electron-builder's numbers of the processors. */
const architectures = ['ia32', 'x64', 'armv7l', 'arm64', 'universal'];
/** Bytes of Electron before anything was added or removed, by the folder of the target. */
const emptySizes = /** @type {Map<string, number>} */ (new Map());

/** @param {Context} context */
function target({ electronPlatformName, arch }) {
  const platform = /** @type {Platform} */ (electronPlatformName);
  return { platform, arch: architectures[arch] ?? 'unknown' };
}

/**
 * Lays the target's native files ready, and what the release says of itself.
 * @param {Context} context
 */
export async function beforePack(context) {
  const { platform, arch } = target(context);
  await provideNatives(platform, arch);
  const { appInfo, config } = context.packager;
  const changelog = await readFile(join(projectRoot, 'CHANGELOG.md'), 'utf8');
  config.releaseInfo = { releaseNotes: releaseNotes(changelog, appInfo.version) };
}

/**
 * Measures the empty Electron.
 * @param {Context} context
 */
export async function afterExtract(context) {
  emptySizes.set(context.appOutDir, await sizeOf(context.appOutDir));
}

/**
 * Checks the contents and prints the size.
 * @param {Context} context
 * @throws {Error} with every mistake, which ends the build
 */
export async function afterPack(context) {
  const { appOutDir } = context;
  const { platform, arch } = target(context);
  const { productFilename } = context.packager.appInfo;
  const inBundle = join(`${productFilename}.app`, 'Contents', 'Resources');
  const resources = join(appOutDir, platform === 'darwin' ? inBundle : 'resources');
  const problems = await contentProblems({ folder: appOutDir, resources, platform, arch });
  if (problems.length > 0) {
    throw new Error(`The contents for ${platform}-${arch} are wrong: ${problems.join('; ')}`);
  }
  const size = megabytes(await sizeOf(appOutDir));
  const emptySize = emptySizes.get(appOutDir) ?? null;
  const empty = megabytes(emptySize);
  // For the table at the end, which another process prints.
  const record = join(context.outDir, `empty-electron-${platform}-${arch}.json`);
  await writeFile(record, JSON.stringify({ bytes: emptySize }));
  process.stderr.write(
    `  • contents of ${platform}-${arch} checked: ${size}, an empty Electron application ${empty}\n`,
  );
}

/** @param {number | null} bytes */
function megabytes(bytes) {
  return bytes === null ? 'of unknown size' : `${(bytes / 1e6).toFixed(1)} MB`;
}
