// @ts-check
/** Which built files the headless Tokwatt needs, and what its package on npm says about itself. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Largest tarball, bytes: what npm still calls 1.2 MB. It is downloaded at each first `npx tokwatt`. */
const maxBytes = 1_249_999;
/** A reference from one built file to another: by a path, or by its name beside the running bundle. */
const reference = /["'`/]([\w.-]+\.(?:cjs|js|css|svg|txt|woff2))\b/g;

/**
 * Returns the built files that the headless Tokwatt and its page need: those that they name, those that these name, and
 * so on. The window's files of Electron and of the mini monitor are not among them.
 * @param {string} dist
 * @returns {Promise<string[]>} paths relative to `dist`, with slashes
 * @throws {Error} if the application is not built
 */
export async function neededFiles(dist) {
  const node = await reachable(dist, 'headless.cjs', '');
  const page = await reachable(join(dist, 'renderer'), 'index.html', 'assets');
  return [...node, ...page.map((name) => `renderer/${name}`)].toSorted();
}

/**
 * @param {string} folder
 * @param {string} entry the file to begin with
 * @param {string} below the folder in `folder` that may hold the others too
 */
async function reachable(folder, entry, below) {
  const names = new Map(
    [...(await namesIn(join(folder, below), below)), ...(await namesIn(folder, ''))].map((name) => [
      name.replace(/^.*\//, ''),
      name,
    ]),
  );
  const found = new Set([entry]);
  // A set is iterated over what is added meanwhile, too.
  for (const name of found) {
    const text = await readFile(join(folder, name), 'utf8').catch(
      (/** @type {unknown} */ cause) => {
        throw new Error(`There is no ${join(folder, name)}; run npm run build.`, { cause });
      },
    );
    for (const [, mentioned = ''] of text.matchAll(reference)) {
      const file = names.get(mentioned);
      if (file !== undefined) found.add(file);
    }
  }
  return [...found];
}

/**
 * @param {string} folder
 * @param {string} prefix
 */
async function namesIn(folder, prefix) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => (prefix === '' ? name : `${prefix}/${name}`));
}

/**
 * @typedef {{ name: string, version: string, description: string, license: string, author: string, homepage: string,
 *   engines: object, dependencies: Record<string, string> }} Manifest
 */

/**
 * Returns the manifest of the package, from this repository's. The foreign functions are optional: they read NVIDIA's
 * sensors only, and where they cannot be installed nothing else is lost.
 * @param {Manifest} repository
 */
export function npmManifest(repository) {
  const { name, version, description, license, author, homepage, engines } = repository;
  const { koffi = '', ...dependencies } = repository.dependencies;
  return {
    name,
    version,
    description,
    keywords: ['llm', 'ollama', 'openai', 'proxy', 'tokens', 'energy', 'prometheus', 'metrics'],
    license,
    author,
    homepage,
    bin: { tokwatt: 'dist/tokwatt.cjs' },
    files: ['dist'],
    engines,
    dependencies,
    optionalDependencies: { koffi },
  };
}

/**
 * Checks what npm has packed.
 * @param {{ size: number, files: readonly { path: string }[] }} packed as `npm pack --json` tells
 * @returns {string[]} one sentence for each mistake; empty if all is right
 */
export function packedProblems({ size, files }) {
  const paths = files.map(({ path }) => path);
  const wanted = ['package.json', 'README.md', 'LICENSE', 'dist/tokwatt.cjs'];
  const others = [
    ...['dist/guard.cjs', 'dist/ledger-worker.cjs', 'dist/nvml-helper.cjs'],
    'dist/gpu-facts-worker.cjs',
    ...['dist/renderer/index.html', 'dist/renderer/licences.txt'],
  ];
  const foreign =
    /\.map$|\.test\.|(?:^|\/)(?:main|preload)\.cjs$|(?:^|\/)mini\.html$|^(?!dist\/).*\//;
  return [
    ...[...wanted, ...others]
      .filter((path) => !paths.includes(path))
      .map((path) => `${path} is missing`),
    ...paths
      .filter((path) => foreign.test(path))
      .map((path) => `${path} does not belong in the package`),
    ...(size > maxBytes ? [`it has ${size} bytes, more than ${maxBytes}`] : []),
  ];
}
