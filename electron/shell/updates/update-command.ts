import semver from 'semver';
import { RELEASES_URL } from '../../../shared/app-update.ts';
import type { InstallKind } from '../../../shared/app-update.ts';

/** What a command depends on besides the kind of the installation. */
export interface InstallPlace {
  readonly arch: string;
  /** The file or folder to replace: the AppImage, the portable program, or the folder of an archive. */
  readonly path: string;
  /** True if this user may replace it. */
  readonly isWritable: boolean;
  /** The tool that installs RPM packages here. */
  readonly rpmTool: 'dnf' | 'zypper';
}

/** Names of processors in the names of packages. electron-builder makes these names. */
const DEBIAN_ARCH: Readonly<Record<string, string>> = { x64: 'amd64' };
const RPM_ARCH: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
const APPIMAGE_ARCH: Readonly<Record<string, string>> = { x64: 'x86_64' };

/** True if Tokwatt can replace this installation itself. */
export function replacesItself(kind: InstallKind, { isWritable }: InstallPlace): boolean {
  return kind === 'nsis' || kind === 'mac' || (kind === 'appimage' && isWritable);
}

/**
 * The shell command that updates an installation to a version; null if Tokwatt replaces it itself, or if no command is
 * known. The version comes from a server, so one that is no version, which might hold anything, gives none.
 */
export function updateCommand(
  kind: InstallKind,
  version: string,
  place: InstallPlace,
): string | null {
  if (semver.valid(version) !== version || replacesItself(kind, place)) return null;
  const make = COMMANDS[kind];
  return make === undefined ? null : make(version, place);
}

const COMMANDS: Partial<Record<InstallKind, (version: string, place: InstallPlace) => string>> = {
  deb: (version, { arch }) => {
    const file = `tokwatt_${version}_${DEBIAN_ARCH[arch] ?? arch}.deb`;
    return `curl -fLO ${RELEASES_URL}${file} && sudo apt install ./${file}`;
  },
  rpm: (version, { arch, rpmTool }) =>
    `sudo ${rpmTool} install ${RELEASES_URL}tokwatt-${version}.${RPM_ARCH[arch] ?? arch}.rpm`,
  pacman: () => 'sudo pacman -Syu tokwatt',
  flatpak: () => 'flatpak update dev.tokwatt.app',
  snap: () => 'sudo snap refresh tokwatt',
  homebrew: () => 'brew upgrade --cask tokwatt',
  archive: (version, { arch, path, isWritable }) => {
    const url = `${RELEASES_URL}Tokwatt-${version}-linux-${arch}.tar.gz`;
    const tar = `${isWritable ? '' : 'sudo '}tar -xz --strip-components=1 -C ${quoted(path)}`;
    return `curl -fL ${url} | ${tar}`;
  },
  // `install` makes a new file: the running one cannot be written.
  appimage: (_version, { arch, path }) => {
    const file = `Tokwatt-${APPIMAGE_ARCH[arch] ?? arch}.AppImage`;
    return `curl -fLO ${RELEASES_URL}${file} && sudo install -m 755 ${file} ${quoted(path)}`;
  },
  portable: (version, { arch, path }) =>
    `curl.exe -fL -o "${path}" ${RELEASES_URL}Tokwatt-${version}-portable-${arch}.exe`,
};

/** A path as one word of a POSIX shell. */
function quoted(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
