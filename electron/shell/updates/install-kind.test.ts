import { expect, test } from 'vitest';
import { installKind } from './install-kind.ts';
import type { InstallFacts } from './install-kind.ts';

const LINUX: InstallFacts = {
  platform: 'linux',
  isPackaged: true,
  env: {},
  executable: '/opt/Tokwatt/tokwatt',
  owner: null,
  hasRecord: false,
};
const MOUNT = '/tmp/.mount_TokwatAbC';

test.each<[string, Partial<InstallFacts>, string]>([
  ['the sources', { isPackaged: false, owner: 'deb' }, 'source'],
  ['a Debian package', { owner: 'deb' }, 'deb'],
  ['an RPM package', { owner: 'rpm' }, 'rpm'],
  ['a package of Arch', { executable: '/usr/lib/tokwatt/tokwatt', owner: 'pacman' }, 'pacman'],
  [
    'an unpacked archive below the home folder',
    { executable: '/home/a/Tokwatt/tokwatt' },
    'archive',
  ],
  ['an unpacked archive in /opt that no package has', {}, 'archive'],
  [
    'an AppImage',
    {
      env: { APPIMAGE: '/home/a/Tokwatt-x86_64.AppImage', APPDIR: MOUNT },
      executable: `${MOUNT}/tokwatt`,
    },
    'appimage',
  ],
  [
    'an AppImage where a package of the system lists its path too',
    {
      env: { APPIMAGE: '/home/a/Tokwatt-x86_64.AppImage', APPDIR: MOUNT },
      executable: `${MOUNT}/tokwatt`,
      owner: 'deb',
    },
    'appimage',
  ],
  [
    'a Debian package that another AppImage has started',
    { env: { APPIMAGE: '/home/a/Editor.AppImage', APPDIR: '/tmp/.mount_Editor' }, owner: 'deb' },
    'deb',
  ],
  [
    'a relative APPIMAGE, which names no file for sure',
    { env: { APPIMAGE: 'x.AppImage', APPDIR: MOUNT }, executable: `${MOUNT}/tokwatt` },
    'archive',
  ],
  ['a Flatpak', { env: { FLATPAK_ID: 'dev.tokwatt.app' }, executable: '/app/tokwatt' }, 'flatpak'],
  ['a snap', { env: { SNAP: '/snap/tokwatt/1' }, executable: '/snap/tokwatt/1/tokwatt' }, 'snap'],
  ['a program that a snap has started', { env: { SNAP: '/snap/code/9' }, owner: 'rpm' }, 'rpm'],
  ['Nix', { executable: '/nix/store/abc-tokwatt/tokwatt' }, 'other'],
  ['the installer for Windows', { platform: 'win32', hasRecord: true }, 'nsis'],
  [
    'the portable program for Windows',
    { platform: 'win32', env: { PORTABLE_EXECUTABLE_FILE: 'C:\\t.exe' } },
    'portable',
  ],
  ['a copied folder on Windows', { platform: 'win32' }, 'other'],
  ['macOS', { platform: 'darwin' }, 'mac'],
  ['macOS with Homebrew', { platform: 'darwin', hasRecord: true }, 'homebrew'],
])('%s', (_name, facts, kind) => {
  expect(installKind({ ...LINUX, ...facts })).toBe(kind);
});
