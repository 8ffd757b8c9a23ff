import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';

/** The words before a command that run it in a new folder that is already deleted when the program starts. */
export const IN_DELETED_FOLDER: readonly string[] = [
  'sh',
  '-c',
  'folder=$(mktemp -d) && cd "$folder" && rmdir "$folder" && exec "$0" "$@"',
];

/** Runs a program as {@link IN_DELETED_FOLDER}. */
export function spawnInDeletedFolder(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const [shell = '', ...words] = IN_DELETED_FOLDER;
  return spawn(shell, [...words, command, ...args], options);
}
