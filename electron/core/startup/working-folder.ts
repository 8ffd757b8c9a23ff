import { resolve } from 'node:path';
import process from 'node:process';
import { TokwattError } from '../errors.ts';
import { defaultDataDir } from './data-dir.ts';
import type { Flags } from './flags.ts';

/** Flags whose paths no longer depend on the working folder. */
export interface SettledFlags {
  readonly dataDir: string;
  readonly flags: Flags;
}

/**
 * Makes the paths of flags absolute. Throws a `data-dir` error for a relative one if the working folder was deleted,
 * because then it names nothing.
 */
export function settlePaths(flags: Flags): SettledFlags {
  const { prices } = flags;
  return {
    dataDir: absolute(flags.dataDir ?? defaultDataDir(process.platform, process.env)),
    flags: prices === undefined ? flags : { ...flags, prices: absolute(prices) },
  };
}

/**
 * Makes the data folder the working folder. The folder from which Tokwatt was started may be deleted, now or later, and
 * in a deleted one `process.cwd()` throws, which ends every new worker thread and child process.
 */
export function workInDataDir(dataDir: string): void {
  process.chdir(dataDir);
}

function absolute(path: string): string {
  try {
    return resolve(path);
  } catch {
    throw new TokwattError(
      'data-dir',
      `${path} cannot be found, because the folder that Tokwatt was started in was deleted; give the whole path.`,
    );
  }
}
