// @ts-check
/**
 * The package of the headless Tokwatt for npm. It is made from a folder of its own, because the repository's manifest
 * is that of the desktop: its main file is Electron's, and what npm installs for users is less than what it installs
 * for developers.
 */
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { minify } from 'vite';
import { capture, lastWords, npmCommand } from '../setup/command.mjs';
import { projectRoot } from '../setup/project.mjs';
import { neededFiles, npmManifest, packedProblems } from './npm-files.mjs';

const keepNames = { function: false, class: true };

/**
 * @typedef {{ filename: string, size: number, unpackedSize: number, files: { path: string, size: number }[] }} Packed
 *   as `npm pack --json` tells; sizes in bytes
 */

/**
 * Makes the tarball from the built application.
 * @param {string} folder where the tarball and the folder `package` that it is made of are put; `package` is replaced
 * @returns {Promise<Packed & { tarball: string }>} `tarball`: its path
 * @throws {Error} if the application is not built, or with every mistake in the contents
 */
export async function makeNpmPackage(folder) {
  const source = join(folder, 'package');
  await rm(source, { recursive: true, force: true });
  await fillPackage(source);
  const destination = resolve(folder);
  const npm = npmCommand(['pack', '--json', '--ignore-scripts', '--pack-destination', destination]);
  const outcome = await capture(npm.command, npm.args, { cwd: source });
  if (outcome.code !== 0) throw new Error(`npm pack failed: ${lastWords(outcome)}`);
  /** @type {unknown} */
  const answer = JSON.parse(outcome.stdout);
  const [packed] = /** @type {Packed[]} */ (answer);
  if (packed === undefined) throw new Error('npm pack made no package.');
  const problems = packedProblems(packed);
  if (problems.length > 0) throw new Error(`The npm package is wrong: ${problems.join('; ')}`);
  return { ...packed, tarball: join(destination, packed.filename) };
}

/** @param {string} source */
async function fillPackage(source) {
  const dist = join(projectRoot, 'dist');
  for (const name of await neededFiles(dist)) {
    const target = join(source, 'dist', name === 'headless.cjs' ? 'tokwatt.cjs' : name);
    await mkdir(dirname(target), { recursive: true });
    if (/\.(?:cjs|js|css)$/.test(name)) await writeSmall(join(dist, name), target);
    else await copyFile(join(dist, name), target);
  }
  await chmod(join(source, 'dist', 'tokwatt.cjs'), 0o755);
  /** @type {unknown} */
  const repository = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8'));
  const manifest = npmManifest(/** @type {import('./npm-files.mjs').Manifest} */ (repository));
  await writeFile(join(source, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyFile(join(projectRoot, 'build', 'npm', 'README.md'), join(source, 'README.md'));
  await copyFile(join(projectRoot, 'LICENSE'), join(source, 'LICENSE'));
}

/**
 * Copies a built file without its reference to a source map, which is not in the package. The core is minified, which
 * halves it. Classes keep their names, which libraries read and a stack trace tells. The page's files are minified
 * already.
 * @param {string} from
 * @param {string} to
 */
async function writeSmall(from, to) {
  const text = await readFile(from, 'utf8');
  if (!from.endsWith('.cjs')) {
    await writeFile(to, text.replace(/\n(?:\/\/|\/\*)# sourceMappingURL=.*\s*$/, '\n'));
    return;
  }
  const { code, errors } = await minify(from, text, {
    module: false,
    compress: { keepNames },
    mangle: { keepNames },
  });
  if (errors.length > 0) throw new Error(`Cannot minify ${from}: ${errors[0]?.message}`);
  await writeFile(to, code);
}
