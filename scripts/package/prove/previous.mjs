// @ts-check
/** A package of this build with a lower version, to upgrade from. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { capture, lastWords } from '../../setup/command.mjs';
import { projectRoot } from '../../setup/project.mjs';

/** Older than any that was or will be published. */
const version = '0.0.1';
/** A fast one, by electron-builder's name. */
const compression = { deb: 'gz', rpm: 'gzip' };
const names = { deb: `tokwatt_${version}_amd64.deb`, rpm: `tokwatt-${version}.x86_64.rpm` };

/**
 * @param {'deb' | 'rpm'} kind
 * @returns {Promise<string>} the file; it is made only once
 * @throws {Error} if it cannot be made
 */
export async function previousPackage(kind) {
  const folder = join(projectRoot, 'release', 'previous');
  const file = join(folder, names[kind]);
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  const flags = [
    ...[`--linux=${kind}`, '--x64', `-c.extraMetadata.version=${version}`],
    ...[`-c.${kind}.compression=${compression[kind]}`, `-c.directories.output=${folder}`],
  ];
  const script = join(projectRoot, 'scripts', 'package.mjs');
  const outcome = await capture(process.execPath, [script, ...flags], { cwd: projectRoot });
  if (!existsSync(file)) throw new Error(`there is no previous ${kind}: ${lastWords(outcome)}`);
  return file;
}
