// @ts-check
/**
 * Checks what a packaged application holds: exactly its own target's native files, and exactly the window's languages.
 */
import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { nativeFormat } from './native-format.mjs';
import { nativePackages } from './natives.mjs';

/** Chromium's names of the catalogue's languages; on macOS, Electron's English has no region. */
const locales = { pak: ['de', 'en-US', 'zh-CN'], lproj: ['de', 'en', 'zh_CN'] };

/**
 * @typedef {object} Packaged
 * @property {string} folder the packaged application
 * @property {string} resources its folder with the archive, inside `folder`
 * @property {import('./natives.mjs').Platform} platform
 * @property {string} arch as Node names it
 */

/**
 * @param {Packaged} packaged
 * @returns {Promise<string[]>} one sentence for each mistake; empty if all is right
 */
export async function contentProblems(packaged) {
  return [...(await nativeProblems(packaged)), ...(await localeProblems(packaged))];
}

/** @param {Packaged} packaged */
async function nativeProblems({ folder, resources, platform, arch }) {
  const modules = join(resources, 'app.asar.unpacked', 'node_modules');
  const wanted = nativePackages(platform, arch).map(({ name, file }) => join(modules, name, file));
  const found = await filesIn(folder, (name) => name.endsWith('.node'));
  const problems = wanted
    .filter((file) => !found.includes(file))
    .map((file) => `${relative(folder, file)} is missing`);
  for (const file of found) {
    const name = relative(folder, file);
    const format = nativeFormat(await readFile(file));
    if (!wanted.includes(file)) problems.push(`${name} (${format}) does not belong to this target`);
    else if (format !== `${platform}-${arch}`) {
      problems.push(`${name} is for ${format}, not for ${platform}-${arch}`);
    }
  }
  return problems;
}

/**
 * On macOS the window's languages are in the framework. The bundle's own resources hold empty folders that tell the
 * system which languages there are; more than the framework's would be a lie.
 * @param {Packaged} packaged
 */
async function localeProblems({ folder, platform }) {
  const extension = platform === 'darwin' ? 'lproj' : 'pak';
  const isLocale = (/** @type {string} */ file) =>
    extension === 'lproj' ? file.endsWith('.lproj/locale.pak') : /locales\/[^/]+\.pak$/.test(file);
  const files = await filesIn(folder, (file) => isLocale(file.replaceAll('\\', '/')));
  const name = (/** @type {string} */ file) =>
    basename(extension === 'lproj' ? dirname(file) : file, `.${extension}`);
  const found = files.map(name);
  const wanted = locales[extension];
  return [
    ...wanted.filter((locale) => !found.includes(locale)).map((locale) => `no locale ${locale}`),
    ...found
      .filter((locale) => !wanted.includes(locale))
      .map((locale) => `the locale ${locale} is not in the catalogue`),
  ];
}

/**
 * @param {string} folder
 * @param {(file: string) => boolean} fits
 * @returns {Promise<string[]>} real files only: a link names what is counted elsewhere
 */
async function filesIn(folder, fits) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(fits)
    .toSorted();
}

/**
 * @param {string} folder
 * @returns {Promise<number>} the bytes of its files; 0 if it does not exist
 */
export async function sizeOf(folder) {
  if (!existsSync(folder)) return 0;
  const files = await filesIn(folder, () => true);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
