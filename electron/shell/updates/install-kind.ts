import type { InstallKind } from '../../../shared/app-update.ts';

/** What tells how this program was installed. */
export interface InstallFacts {
  readonly platform: NodeJS.Platform;
  /** False if it runs from its sources. */
  readonly isPackaged: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program's file, without symbolic links. */
  readonly executable: string;
  /** The package database that lists this file; null if none does. */
  readonly owner: 'deb' | 'pacman' | 'rpm' | null;
  /** macOS: Homebrew has a record of it. Windows: there is an uninstaller beside the program. */
  readonly hasRecord: boolean;
}

/**
 * How this program was installed. What encloses it (AppImage, Flatpak, Snap) counts before what a package database
 * says, because a database may list a file of the same path outside.
 */
export function installKind(facts: InstallFacts): InstallKind {
  if (!facts.isPackaged) return 'source';
  if (facts.platform === 'win32') return windowsKind(facts);
  if (facts.platform === 'darwin') return facts.hasRecord ? 'homebrew' : 'mac';
  return facts.platform === 'linux' ? linuxKind(facts) : 'other';
}

function windowsKind({ env, hasRecord }: InstallFacts): InstallKind {
  if (isSet(env.PORTABLE_EXECUTABLE_FILE)) return 'portable';
  return hasRecord ? 'nsis' : 'other';
}

function linuxKind({ env, executable, owner }: InstallFacts): InstallKind {
  if (isSet(env.FLATPAK_ID)) return 'flatpak';
  // Programs that an AppImage or a snap has started inherit its variables.
  if (isSet(env.SNAP) && isInside(executable, env.SNAP)) return 'snap';
  if (env.APPIMAGE?.startsWith('/') === true && isSet(env.APPDIR)) {
    if (isInside(executable, env.APPDIR)) return 'appimage';
  }
  if (owner !== null) return owner;
  // Packages of these are not of the file system's owner.
  return /^\/(?:nix\/store|gnu\/store)\//.test(executable) ? 'other' : 'archive';
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function isInside(file: string, folder: string): boolean {
  return file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
