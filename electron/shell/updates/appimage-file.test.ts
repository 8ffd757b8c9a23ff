import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  discardStaged,
  outerEnvironment,
  replaceAppImage,
  restartArguments,
  stageAppImage,
  stagedFile,
} from './appimage-file.ts';

/** Of what was downloaded. */
const HASH = createHash('sha512').update('new').digest('base64');

let folder = '';
let target = '';
let downloaded = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-appimage-'));
  mkdirSync(join(folder, 'apps'));
  target = join(folder, 'apps', 'Tokwatt-x86_64.AppImage');
  downloaded = join(folder, 'new');
  writeFileSync(target, 'old', { mode: 0o755 });
  writeFileSync(downloaded, 'new');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the new one takes the place and the rights of the old one', async () => {
  await stageAppImage(downloaded, target, HASH);
  expect(readFileSync(target, 'utf8')).toBe('old');
  replaceAppImage(target);
  expect(readFileSync(target, 'utf8')).toBe('new');
  expect(statSync(target).mode & 0o777).toBe(0o755);
  expect(readdirSync(join(folder, 'apps'))).toEqual(['Tokwatt-x86_64.AppImage']);
});

test('what an earlier try left is replaced, and can be removed', async () => {
  writeFileSync(stagedFile(target), 'half of someth');
  await stageAppImage(downloaded, target, HASH);
  expect(readFileSync(stagedFile(target), 'utf8')).toBe('new');
  await discardStaged(target);
  expect(readdirSync(join(folder, 'apps'))).toEqual(['Tokwatt-x86_64.AppImage']);
});

test('a file that was changed since its download is removed, and the old one stays', async () => {
  writeFileSync(downloaded, 'nee');
  const code = 'ERR_CHECKSUM_MISMATCH';
  await expect(stageAppImage(downloaded, target, HASH)).rejects.toMatchObject({ code });
  expect(readdirSync(join(folder, 'apps'))).toEqual(['Tokwatt-x86_64.AppImage']);
  expect(readFileSync(target, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['apps']);
});

test('on a full file system the old one stays, and nothing else', async (context) => {
  const place = join(folder, 'apps');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place], { stdio: 'ignore' });
  } catch {
    return context.skip('mounting a file system is not allowed here');
  }
  try {
    writeFileSync(target, 'old');
    writeFileSync(downloaded, Buffer.alloc(1_000_000));
    await expect(stageAppImage(downloaded, target, null)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readdirSync(place)).toEqual(['Tokwatt-x86_64.AppImage']);
    expect(readFileSync(target, 'utf8')).toBe('old');
  } finally {
    execFileSync('umount', ['-l', place]);
  }
});

test('without the waiting file, the old one stays', () => {
  expect(() => replaceAppImage(target)).toThrow('ENOENT');
  expect(readFileSync(target, 'utf8')).toBe('old');
});

test('a restart has the arguments of the start, with a window and without its link', () => {
  const argv = ['--hidden', '--data-dir', '/d', 'tokwatt://alerts', '--upstream', 'http://h:1'];
  expect(restartArguments(argv)).toEqual(['--data-dir', '/d', '--upstream', 'http://h:1']);
});

test('a restart does not inherit the folders of the old AppImage', () => {
  const at = '/tmp/.mount_Tokwat';
  expect(
    outerEnvironment({
      ...{ APPDIR: at, APPIMAGE: '/a', ARGV0: 'a', OWD: '/home', HOME: '/home/a' },
      ...{ PATH: `${at}:${at}/usr/sbin:/usr/bin`, LD_LIBRARY_PATH: `${at}/usr/lib` },
    }),
  ).toEqual({ HOME: '/home/a', PATH: '/usr/bin' });
});
