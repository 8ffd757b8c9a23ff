import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { RELEASES_URL } from '../../../shared/app-update.ts';
import type { InstallKind } from '../../../shared/app-update.ts';
import { replacesItself, updateCommand } from './update-command.ts';
import type { InstallPlace } from './update-command.ts';

const PLACE: InstallPlace = {
  arch: 'x64',
  path: '/opt/Tokwatt',
  isWritable: false,
  rpmTool: 'dnf',
};
const AT = 'https://tokwatt.invalid/releases';

test.each<[InstallKind, Partial<InstallPlace>, string]>([
  [
    'deb',
    {},
    `curl -fLO ${AT}/tokwatt_0.2.0_amd64.deb && sudo apt install ./tokwatt_0.2.0_amd64.deb`,
  ],
  ['rpm', { arch: 'arm64' }, `sudo dnf install ${AT}/tokwatt-0.2.0.aarch64.rpm`],
  ['rpm', { rpmTool: 'zypper' }, `sudo zypper install ${AT}/tokwatt-0.2.0.x86_64.rpm`],
  ['pacman', {}, 'sudo pacman -Syu tokwatt'],
  ['flatpak', {}, 'flatpak update dev.tokwatt.app'],
  ['snap', {}, 'sudo snap refresh tokwatt'],
  ['homebrew', {}, 'brew upgrade --cask tokwatt'],
  [
    'archive',
    { path: "/home/o'hara/my apps/Tokwatt", isWritable: true },
    `curl -fL ${AT}/Tokwatt-0.2.0-linux-x64.tar.gz | tar -xz --strip-components=1 -C '/home/o'\\''hara/my apps/Tokwatt'`,
  ],
  [
    'archive',
    {},
    `curl -fL ${AT}/Tokwatt-0.2.0-linux-x64.tar.gz | sudo tar -xz --strip-components=1 -C /opt/Tokwatt`,
  ],
  [
    'appimage',
    { path: '/opt/Tokwatt-x86_64.AppImage' },
    `curl -fLO ${AT}/Tokwatt-x86_64.AppImage && sudo install -m 755 Tokwatt-x86_64.AppImage /opt/Tokwatt-x86_64.AppImage`,
  ],
  [
    'portable',
    { path: 'C:\\My apps\\t.exe' },
    `curl.exe -fL -o "C:\\My apps\\t.exe" ${AT}/Tokwatt-0.2.0-portable-x64.exe`,
  ],
])('%s %j', (kind, place, command) => {
  expect(updateCommand(kind, '0.2.0', { ...PLACE, ...place })).toBe(command);
});

test('what replaces itself has no command', () => {
  const mine = { ...PLACE, isWritable: true };
  for (const kind of ['appimage', 'nsis', 'mac'] as const) {
    expect(replacesItself(kind, mine)).toBe(true);
    expect(updateCommand(kind, '0.2.0', mine)).toBeNull();
  }
  expect(replacesItself('appimage', PLACE)).toBe(false);
  expect(updateCommand('other', '0.2.0', PLACE)).toBeNull();
});

test.each(['0.2.0; rm -rf ~', '$(id)', '0.2', 'v0.2.0', ''])(
  'a version that is none gives no command: %j',
  (version) => {
    for (const kind of ['deb', 'rpm', 'archive', 'pacman'] as const) {
      expect(updateCommand(kind, version, PLACE)).toBeNull();
    }
  },
);

test('the names and the address are those that packages are made with', () => {
  const file = join(import.meta.dirname, '../../../electron-builder.yml');
  const made = parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown>>;
  expect(made.publish).toMatchObject({ provider: 'generic', url: RELEASES_URL });
  expect(made.deb?.artifactName).toBe('${name}_${version}_${arch}.${ext}');
  expect(made.rpm?.artifactName).toBe('${name}-${version}.${arch}.${ext}');
  expect(made.linux?.artifactName).toBe('${productName}-${version}-linux-${arch}.${ext}');
  // Without the version: an entry that starts it at login stays true after an update.
  expect(made.appImage?.artifactName).toBe('${productName}-${arch}.${ext}');
  expect(made.portable?.artifactName).toBe('${productName}-${version}-portable-${arch}.${ext}');
});
