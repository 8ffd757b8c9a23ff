// @ts-check
/** Fetches a package's tarball with npm, and checks it against a hash that this project pins. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { capture, lastWords, npmCommand } from './command.mjs';
import { projectRoot } from './project.mjs';

/**
 * @param {string} spec `name@version`
 * @param {string} sha512 its integrity in base64, as npm states it after `sha512-`
 * @param {string} folder an existing folder without tarballs
 * @returns {Promise<string>} the tarball in `folder`
 * @throws {Error} when npm cannot fetch it, or fetches something else
 */
export async function fetchNpmTarball(spec, sha512, folder) {
  const npm = npmCommand(['pack', spec, '--pack-destination', folder, '--silent']);
  // Runs in the project's folder, so that the registry of the user's configuration is used.
  const outcome = await capture(npm.command, npm.args, { cwd: projectRoot });
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.tgz'));
  if (outcome.code !== 0 || name === undefined) {
    throw new Error(`npm could not fetch ${spec}: ${lastWords(outcome)}`);
  }
  const tarball = join(folder, name);
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  if (hash.digest('base64') !== sha512) {
    throw new Error(`${spec} from npm is not the file that was pinned: its sha512 differs.`);
  }
  return tarball;
}

/**
 * @param {readonly string[]} args of tar
 * @throws {Error} with tar's last words
 */
export async function extractTarball(args) {
  const outcome = await capture('tar', [...args]);
  if (outcome.code !== 0) throw new Error(`tar ${args.join(' ')}: ${lastWords(outcome)}`);
}
