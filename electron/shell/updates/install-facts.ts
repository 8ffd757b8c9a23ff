import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installKind } from './install-kind.ts';
import type { InstallFacts } from './install-kind.ts';
import type { InstallPlace } from './update-command.ts';
import type { InstallKind } from '../../../shared/app-update.ts';

/** Package databases answer at once; one that hangs must not keep the updates from starting. */
const ASK_LIMIT_MS = 5_000;
const CASKROOMS = ['/opt/homebrew/Caskroom/tokwatt', '/usr/local/Caskroom/tokwatt'];

/** What asks each package database for the owner of a file. All fail if there is none. */
const DATABASES = [
  { owner: 'deb', command: 'dpkg', args: ['-S'] },
  { owner: 'rpm', command: 'rpm', args: ['-qf'] },
  { owner: 'pacman', command: 'pacman', args: ['-Qo'] },
] as const;

/** How and where this program is installed. */
export interface Installation {
  readonly kind: InstallKind;
  readonly place: InstallPlace;
}

/** Looks at this process and asks the system's package databases. */
export async function findInstallation(isPackaged: boolean): Promise<Installation> {
  const executable = await realpath(process.execPath).catch(() => process.execPath);
  const kind = installKind({
    ...{ platform: process.platform, isPackaged, env: process.env, executable },
    owner: isPackaged && process.platform === 'linux' ? await ownerOf(executable) : null,
    hasRecord: hasRecord(executable),
  });
  const path = pathOf(kind, executable);
  return {
    kind,
    place: {
      arch: process.arch,
      path,
      // A file is replaced by a new one in its folder; an archive is unpacked into the folder itself.
      isWritable: await isWritable(kind === 'archive' ? path : dirname(path)),
      rpmTool: existsSync('/usr/bin/zypper') ? 'zypper' : 'dnf',
    },
  };
}

async function ownerOf(file: string): Promise<InstallFacts['owner']> {
  // Packages install nothing below these, so the databases need not be asked.
  if (/^\/(?:home|root|tmp|nix|gnu)\//.test(file)) return null;
  for (const { owner, command, args } of DATABASES) {
    if (await succeeds(command, [...args, file])) return owner;
  }
  return null;
}

function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: ASK_LIMIT_MS }, (error) => resolve(error === null));
  });
}

function hasRecord(executable: string): boolean {
  if (process.platform === 'darwin') return CASKROOMS.some((folder) => existsSync(folder));
  return existsSync(join(dirname(executable), 'Uninstall Tokwatt.exe'));
}

function pathOf(kind: InstallKind, executable: string): string {
  const { APPIMAGE = executable, PORTABLE_EXECUTABLE_FILE = executable } = process.env;
  if (kind === 'appimage') return APPIMAGE;
  return kind === 'portable' ? PORTABLE_EXECUTABLE_FILE : archiveFolder(kind, executable);
}

function archiveFolder(kind: InstallKind, executable: string): string {
  return kind === 'archive' ? dirname(executable) : executable;
}

async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
