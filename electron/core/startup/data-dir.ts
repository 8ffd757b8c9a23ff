import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { TokwattError, systemCode } from '../errors.ts';

/**
 * The default data folder. It is the folder that Electron chooses for an application called
 * Tokwatt, so that desktop and headless share their totals.
 */
export function defaultDataDir(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Tokwatt');
  if (platform === 'win32') {
    return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Tokwatt');
  }
  const configured = env.XDG_CONFIG_HOME;
  const base = configured === undefined || configured === '' ? '.config' : configured;
  return join(base === '.config' ? join(homedir(), base) : base, 'Tokwatt');
}

/**
 * Creates a data folder if it is missing and returns its real path. Throws a `data-dir` error on
 * failure.
 */
export function makeDataDir(folder: string): string {
  try {
    makeFolders(resolve(folder));
    return realpathSync(folder);
  } catch (error) {
    throw unusableDataDir(folder, error);
  }
}

/**
 * Like `mkdir -p`. Node's recursive mkdir loops forever, ignoring signals, where an existing folder
 * answers `ENOENT` for a new folder inside it, as /proc does.
 */
function makeFolders(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return;
  const parent = dirname(folder);
  if (stats === undefined && parent !== folder) makeFolders(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have created it in the meantime.
    const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isThere) throw error;
  }
}

/**
 * The error for a data folder that cannot be created, read or written. It gives the reason and a
 * remedy.
 */
export function unusableDataDir(folder: string, cause: unknown): TokwattError {
  const reason = systemCode(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return new TokwattError(
    'data-dir',
    `Cannot use the data folder ${folder} (${reason}); make it a writable folder or choose another with --data-dir DIR.`,
    { cause },
  );
}
