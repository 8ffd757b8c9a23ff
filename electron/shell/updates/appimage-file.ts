/** Replaces the file of an AppImage. Whatever fails, a complete old or new one is in its place. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, createReadStream, existsSync, renameSync } from 'node:fs';
import { chmod, copyFile, link, open, rm } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The file that waits to replace `target`: beside it, because a rename replaces a file only in its own file system. */
export function stagedFile(target: string): string {
  return join(dirname(target), `.${basename(target)}.new`);
}

/**
 * Puts a downloaded AppImage beside the one that it replaces. Throws a system error (`ENOSPC`, `EACCES`, …), or one with
 * the code `ERR_CHECKSUM_MISMATCH` if the file was changed since its download, which is then removed. In both cases it
 * leaves nothing beside the old one.
 * @param sha512 in Base64; null if the release has none
 */
export async function stageAppImage(
  downloaded: string,
  target: string,
  sha512: string | null,
): Promise<void> {
  const staged = stagedFile(target);
  await rm(staged, { force: true });
  try {
    await place(downloaded, staged);
    await chmod(staged, 0o755);
    await synced(staged);
    if (sha512 !== null && (await hashOf(staged)) !== sha512) {
      await rm(downloaded, { force: true });
      throw Object.assign(new Error('it was changed'), { code: 'ERR_CHECKSUM_MISMATCH' });
    }
  } catch (error) {
    await rm(staged, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
}

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A link costs no room. Where it is not possible, as from another file system, the file is copied. */
async function place(downloaded: string, staged: string): Promise<void> {
  await link(downloaded, staged).catch(() => copyFile(downloaded, staged, constants.COPYFILE_EXCL));
}

/** Removes the file that waits, if there is one. */
export async function discardStaged(target: string): Promise<void> {
  await rm(stagedFile(target), { force: true });
}

/** Puts the waiting file in the place of the running one, which goes on from its old content. Throws a system error. */
export function replaceAppImage(target: string): void {
  renameSync(stagedFile(target), target);
}

/** Starts the program of an AppImage, independent of this one. */
export function startAppImage(
  target: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): void {
  const { OWD } = env;
  spawn(target, restartArguments(argv), {
    ...{ detached: true, stdio: 'ignore', env: outerEnvironment(env) },
    ...(OWD !== undefined && existsSync(OWD) ? { cwd: OWD } : {}),
  }).unref();
}

/** The arguments of a restart: those of this start, without its link, and with a window, which shows the outcome. */
export function restartArguments(argv: readonly string[]): string[] {
  return argv.filter((word) => word !== '--hidden' && !word.startsWith('tokwatt:'));
}

/** What the runtime of an AppImage sets. */
const OWN_VARIABLES = new Set(['APPDIR', 'APPIMAGE', 'ARGV0', 'OWD']);

/** The environment without what this AppImage added: it names folders that end with this process. */
export function outerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { APPDIR = '' } = env;
  const outer = Object.entries(env).filter(([name]) => !OWN_VARIABLES.has(name));
  if (APPDIR === '') return Object.fromEntries(outer);
  return Object.fromEntries(
    outer.flatMap(([name, value]) => {
      if (value?.includes(APPDIR) !== true) return [[name, value]];
      const rest = value.split(delimiter).filter((part) => !part.startsWith(APPDIR));
      return rest.length === 0 ? [] : [[name, rest.join(delimiter)]];
    }),
  );
}
