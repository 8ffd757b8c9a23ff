// @ts-check
/** The AppImage: unpacked by itself and run, on a Debian with the libraries that every desktop has. */
import { chmod } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkRun } from './deb.mjs';
import { addUser, lend, runInRoot } from './root.mjs';

/** What a desktop has anyway: those that the deb asks for. */
const libraries = [
  ...['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libdrm2', 'libnotify4', 'libsecret-1-0'],
  ...['libatk-bridge2.0-0', 'libx11-xcb1', 'libcups2', 'fonts-dejavu-core', 'xdg-utils'],
];
const user = 'bob';

/** @param {import('../prove.mjs').Proof} proof */
export async function proveAppImage({ root, file, check, run }) {
  await runInRoot(root, ['apt-get', 'update', '-q']);
  await runInRoot(root, [
    'apt-get',
    'install',
    '-q',
    '-y',
    '--no-install-recommends',
    ...libraries,
  ]);
  await addUser(root, user);
  const lent = await lend(root, file);
  await chmod(join(root.outside, basename(file)), 0o755);
  // There is no FUSE in the root.
  const seen = await run('appimage', { user, command: [lent, '--appimage-extract-and-run'] });
  checkRun(check, seen);
}
