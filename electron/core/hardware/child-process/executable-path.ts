import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface ExecutableLookup {
  /** Folders searched after those of PATH. Programs started from a desktop often have a short PATH. */
  readonly folders?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** The path of a program on PATH or in one of the further folders; null if it is in none. */
export async function findExecutable(
  file: string,
  { folders = [], env = process.env }: ExecutableLookup = {},
): Promise<string | null> {
  const onPath = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of [...onPath, ...folders]) {
    const path = join(folder, file);
    if (await isExecutable(path)) return path;
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
