import { homedir } from 'node:os';
import { join } from 'node:path';
import { findExecutable } from '../child-process/executable-path.ts';

/** Where Homebrew (Apple chips, Intel), MacPorts and Cargo install programs. */
const FOLDERS = ['/opt/homebrew/bin', '/usr/local/bin', '/opt/local/bin'];

/** The path of `macmon`, or null. */
export function findMacmon(): Promise<string | null> {
  return findExecutable('macmon', { folders: [...FOLDERS, join(homedir(), '.cargo', 'bin')] });
}
