// @ts-check
/**
 * Fills the recipes of package managers, build/recipes/, with a version and the checksums of its packages:
 * `node scripts/recipes.mjs --version 1.2.3 --sums SHA256SUMS --url URL --out FOLDER`. `--url` is the folder that the
 * packages are downloaded from.
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { projectRoot } from './setup/project.mjs';

/**
 * @typedef {object} Release
 * @property {string} version
 * @property {string} url of the folder with its packages
 * @property {string} homepage
 * @property {ReadonlyMap<string, string>} sums SHA-256 in hexadecimal, by the name of the package
 */

/**
 * Replaces `@{version}`, `@{url}`, `@{homepage}`, `@{sha256:FILE}` and `@{sri:FILE}` (base64, as Nix writes it).
 * @param {string} template
 * @param {Release} release
 * @returns {string}
 * @throws {Error} for a package without a checksum, and for a word that is none of these
 */
export function fillRecipe(template, { version, url, homepage, sums }) {
  const simple = template.replaceAll('@{version}', version);
  return simple.replaceAll(/@\{(\w+)(?::([^}]+))?\}/g, (whole, word, file) => {
    if (word === 'url') return url.replace(/\/$/, '');
    if (word === 'homepage') return homepage;
    if ((word !== 'sha256' && word !== 'sri') || file === undefined) {
      throw new Error(`A recipe has ${whole}, which means nothing.`);
    }
    const sum = sums.get(String(file));
    if (sum === undefined)
      throw new Error(`There is no checksum of ${file}, which a recipe needs.`);
    return word === 'sha256' ? sum : `sha256-${Buffer.from(sum, 'hex').toString('base64')}`;
  });
}

/**
 * @param {string} text what sha256sum prints
 * @returns {Map<string, string>}
 */
export function readSums(text) {
  const lines = [...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)];
  return new Map(lines.map(([, sum = '', name = '']) => [basename(name), sum]));
}

/** @returns {Promise<{ name: string, text: string }[]>} the recipes as they are in the project; `name` with its folder */
export async function recipeTemplates() {
  const folder = join(projectRoot, 'build', 'recipes');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => ({
      name: `${basename(parentPath)}/${name}`,
      text: await readFile(join(parentPath, name), 'utf8'),
    })),
  );
}

async function main() {
  const option = /** @type {const} */ ({ type: 'string', default: '' });
  const options = { version: option, sums: option, url: option, out: option };
  const { values } = parseArgs({ options });
  for (const [name, value] of Object.entries(values)) {
    if (value === '') throw new Error(`--${name} is missing.`);
  }
  /** @type {unknown} */
  const manifest = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8'));
  const { homepage } = /** @type {{ homepage: string }} */ (manifest);
  const sums = readSums(await readFile(values.sums, 'utf8'));
  for (const { name, text } of await recipeTemplates()) {
    const file = join(values.out, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, fillRecipe(text, { ...values, homepage, sums }));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((/** @type {unknown} */ error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
