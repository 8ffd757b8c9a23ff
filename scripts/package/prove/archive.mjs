// @ts-check
/** The tar.gz: unpacked by a user in their own folder, and run there. */
import { checkRun } from './checks.mjs';
import { addUser, lend, runInRoot } from './root.mjs';

const user = 'tom';

/** @param {import('../prove.mjs').Proof} proof */
export async function proveArchive({ root, file, check, run }) {
  await addUser(root, user);
  const lent = await lend(root, file);
  const unpack = `mkdir ~/tokwatt && tar -xzf ${lent} -C ~/tokwatt --strip-components=1`;
  await runInRoot(root, ['su', '--login', user, '-c', unpack]);
  const seen = await run('archive', { user, command: [`/home/${user}/tokwatt/tokwatt`] });
  checkRun(check, seen);
}
