// @ts-check
/** The AppImage: unpacked by itself and run, on a Debian with the libraries that every desktop has. */
import { chmod } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkRun } from './checks.mjs';
import { addUser, lend } from './root.mjs';

const user = 'bob';

/** @param {import('../prove.mjs').Proof} proof */
export async function proveAppImage({ root, file, check, run }) {
  await addUser(root, user);
  const lent = await lend(root, file);
  await chmod(join(root.outside, basename(file)), 0o755);
  // There is no FUSE in the root.
  const seen = await run('appimage', { user, command: [lent, '--appimage-extract-and-run'] });
  checkRun(check, seen);
}
