// @ts-check
/** The licences of all packages whose code is shipped, as one text. */
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @typedef {{ name: string, version: string, licence: string, author: string, texts: string[] }} Shipped
 *   `texts`: the files of its licence; empty if it comes without
 */

const licenceFile = /^(?:licen[cs]e|copying|notice|unlicense)(?:[.-]|$)/i;
const ownerLine = /^\s*(?:copyright\b|\(c\)|©|portions copyright\b)/i;

/**
 * Returns the folder of the package that a bundled module is of; null for Tokwatt's own.
 * @param {string} moduleId an absolute path, perhaps with a query
 * @returns {string | null}
 */
export function packageFolder(moduleId) {
  const path = moduleId.replace(/^\0/, '').replace(/\?.*$/s, '').replaceAll('\\', '/');
  const found = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path);
  return found === null ? null : found[0];
}

/**
 * Returns the folders of packages and of all that they need at run time, as far as it is installed.
 * @param {string} root the folder with `node_modules`
 * @param {readonly string[]} names
 * @returns {string[]}
 */
export function withDependencies(root, names) {
  const found = new Set(names.map((name) => join(root, 'node_modules', name)));
  // A set is iterated over what is added meanwhile, too.
  for (const folder of found) {
    const { dependencies, optionalDependencies } = manifestOf(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = join(root, 'node_modules', name);
      if (existsSync(place)) found.add(place);
    }
  }
  return [...found];
}

/**
 * @param {string} folder
 * @returns {{ name?: string, version?: string, license?: unknown, author?: unknown, dependencies?: object, optionalDependencies?: object }}
 */
function manifestOf(folder) {
  /** @type {unknown} */
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return /** @type {ReturnType<typeof manifestOf>} */ (manifest);
}

/**
 * @param {string} folder
 * @returns {Shipped}
 */
export function shippedPackage(folder) {
  const { name = '', version = '', license, author } = manifestOf(folder);
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && licenceFile.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), 'utf8'));
  return {
    name,
    version,
    licence: nameIn(license, 'type') || 'unknown',
    author: nameIn(author, 'name'),
    texts,
  };
}

/**
 * A field of a manifest: a string, or an object with one.
 * @param {unknown} field
 * @param {string} key
 * @returns {string}
 */
function nameIn(field, key) {
  if (typeof field === 'string') return field;
  if (typeof field !== 'object' || field === null) return '';
  const value = /** @type {Record<string, unknown>} */ (field)[key];
  return typeof value === 'string' ? value : '';
}

/**
 * Returns the text: a list, one line a package, up to the first empty line, and then every text of a licence once, with
 * the packages that it is of and whose copyright they name.
 * @param {readonly Shipped[]} packages
 * @returns {string}
 */
export function licencesText(packages) {
  const sorted = packages.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  /** @type {Map<string, { shown: string, of: string[] }>} */
  const bodies = new Map();
  for (const each of sorted) {
    for (const text of each.texts) {
      const { owners, body } = parted(text);
      const key = body
        .replaceAll(/[\s"'*`]+/g, ' ')
        .trim()
        .toLowerCase();
      const entry = bodies.get(key) ?? { shown: body, of: [] };
      entry.of.push([idOf(each), ...owners.map((line) => `    ${line}`)].join('\n'));
      bodies.set(key, entry);
    }
  }
  const silent = sorted
    .filter(({ texts }) => texts.length === 0)
    .map(
      (each) => `${idOf(each)}: ${each.licence}${each.author === '' ? '' : `, by ${each.author}`}`,
    );
  const sections = [...bodies.values()].map(({ shown, of }) => `${of.join('\n')}\n\n${shown}`);
  if (silent.length > 0) {
    sections.push(`These come without a text of their licence:\n\n${silent.join('\n')}`);
  }
  const list = sorted.map((each) => `${idOf(each)} (${each.licence})`).join('\n');
  const line = '-'.repeat(80);
  return `${list}\n\n${sections.map((section) => `${line}\n\n${section}\n`).join('\n')}`;
}

/** @param {Shipped} shipped */
function idOf({ name, version }) {
  return `${name} ${version}`;
}

/**
 * Parts the lines that name the owners of a short licence from its text. The long ones are kept whole: they explain
 * how to write such lines.
 * @param {string} text
 */
function parted(text) {
  const lines = text.replaceAll('\r\n', '\n').trim().split('\n');
  const isOwner = (/** @type {string} */ line) => ownerLine.test(line) && lines.length < 40;
  return {
    owners: lines.filter(isOwner).map((line) => line.trim()),
    body: lines
      .filter((line) => !isOwner(line))
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .replace(/^\s*(?:the )?mit license(?: \(mit\))?\s*\n/i, 'MIT License\n')
      .trim(),
  };
}

/**
 * Returns the licences of what was bundled and of the native packages that are shipped beside it.
 * @param {string} root
 * @param {Iterable<string>} folders of bundled packages
 * @param {readonly string[]} natives names of packages
 * @returns {string}
 */
export function licencesOf(root, folders, natives) {
  const all = new Map();
  for (const folder of [...folders, ...withDependencies(root, natives)]) {
    const real = realpathSync(existsSync(join(folder, 'package.json')) ? folder : dirname(folder));
    const shipped = shippedPackage(real);
    all.set(idOf(shipped), shipped);
  }
  return licencesText([...all.values()]);
}
