// @ts-check
/**
 * The native files of the target that is packaged. npm installs those of this machine only, and both C libraries' of
 * Linux. electron-builder.yml leaves all of them out, and takes the two files that this module lays ready.
 */
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../setup/project.mjs';
import { extractTarball, fetchNpmTarball } from '../setup/npm-tarball.mjs';

/**
 * @typedef {'linux' | 'darwin' | 'win32'} Platform
 * @typedef {{ name: string, file: string }} NativePackage `file`: its native file, relative to the package
 */

/** The name that libsql adds to a platform's packages: the C library or the compiler. */
const abi = { linux: '-gnu', darwin: '', win32: '-msvc' };
/** electron-builder's names of the platforms, for the folder in its configuration. */
const folderName = { linux: 'linux', darwin: 'mac', win32: 'win' };

/**
 * Returns the packages that hold the native files of one target: SQLite's, then the foreign-function interface's.
 * @param {Platform} platform
 * @param {string} arch as Node names it
 * @returns {NativePackage[]}
 */
export function nativePackages(platform, arch) {
  return [
    { name: `@libsql/${platform}-${arch}${abi[platform]}`, file: 'index.node' },
    { name: `@koromix/koffi-${platform}-${arch}`, file: `${platform}_${arch}/koffi.node` },
  ];
}

/**
 * Lays the native files of a target into release/natives/, as electron-builder.yml expects them. Uses the installed
 * package if it is there, otherwise npm's, in the version and with the hash of package-lock.json.
 * @param {Platform} platform
 * @param {string} arch
 * @throws {Error} if a package does not exist for this target or cannot be fetched
 */
export async function provideNatives(platform, arch) {
  const folder = join(projectRoot, 'release', 'natives', `${folderName[platform]}-${arch}`);
  await rm(folder, { recursive: true, force: true });
  for (const native of nativePackages(platform, arch)) {
    const installed = join(projectRoot, 'node_modules', native.name);
    const target = join(folder, native.name);
    if (existsSync(join(installed, native.file))) await copyPackage(installed, target, native);
    else await fetchPackage(target, native);
  }
}

/**
 * @param {string} source
 * @param {string} target
 * @param {NativePackage} native
 */
async function copyPackage(source, target, { file }) {
  /** @type {unknown} */
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
  const { main } = /** @type {{ main: string }} */ (manifest);
  // The entry of the foreign-function package is JavaScript that chooses between the files of its C libraries.
  for (const name of new Set(['package.json', join(main), file])) {
    await mkdir(dirname(join(target, name)), { recursive: true });
    await cp(join(source, name), join(target, name));
  }
}

/**
 * @param {string} target
 * @param {NativePackage} native
 */
async function fetchPackage(target, native) {
  const { version, integrity } = await locked(native.name);
  const folder = await mkdtemp(join(tmpdir(), 'tokwatt-native-'));
  try {
    const spec = `${native.name}@${version}`;
    const tarball = await fetchNpmTarball(spec, integrity.replace(/^sha512-/, ''), folder);
    await extractTarball(['-xzf', tarball, '-C', folder]);
    await copyPackage(join(folder, 'package'), target, native);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * @param {string} name
 * @returns {Promise<{ version: string, integrity: string }>}
 * @throws {Error} if the lock file has no such package: its makers publish none for this target
 */
async function locked(name) {
  /** @type {unknown} */
  const lock = JSON.parse(await readFile(join(projectRoot, 'package-lock.json'), 'utf8'));
  const { packages } =
    /** @type {{ packages: Partial<Record<string, { version: string, integrity: string }>> }} */ (
      lock
    );
  const entry = packages[`node_modules/${name}`];
  if (entry === undefined) {
    throw new Error(`There is no package ${name}: this target cannot be packaged natively.`);
  }
  return entry;
}
