import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface ExecutableSearch {
  readonly platform?: NodeJS.Platform;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The path of `nvidia-smi`, or null. On Windows it is in System32 or in the newest
 * `DriverStore\FileRepository\nv*` folder. Under WSL it is outside the usual PATH.
 */
export async function findNvidiaSmi(search: ExecutableSearch = {}): Promise<string | null> {
  const { platform = process.platform, env = process.env } = search;
  const windows = platform === 'win32';
  const file = windows ? 'nvidia-smi.exe' : 'nvidia-smi';
  const onPath = pathFolders(env, platform).map((folder) => join(folder, file));
  const elsewhere = windows ? await windowsPlaces(env, file) : [join('/usr/lib/wsl/lib', file)];
  for (const candidate of [...onPath, ...elsewhere]) {
    if (await isExecutable(candidate)) return candidate;
  }
  return null;
}

function pathFolders(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const separator = platform === 'win32' ? ';' : delimiter;
  return (env.PATH ?? env.Path ?? '').split(separator).filter((folder) => folder !== '');
}

async function windowsPlaces(env: NodeJS.ProcessEnv, file: string): Promise<string[]> {
  const system = join(env.SystemRoot ?? env.windir ?? 'C:\\Windows', 'System32');
  const repository = join(system, 'DriverStore', 'FileRepository');
  const packages = await readdir(repository).catch(() => [] as string[]);
  const dated = await Promise.all(
    packages
      .filter((name) => name.toLowerCase().startsWith('nv'))
      .map(async (name) => {
        const path = join(repository, name, file);
        return { path, at: (await stat(path).catch(() => null))?.mtimeMs ?? null };
      }),
  );
  const newestFirst = dated
    .filter((place) => place.at !== null)
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0))
    .map((place) => place.path);
  return [join(system, file), ...newestFirst];
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
