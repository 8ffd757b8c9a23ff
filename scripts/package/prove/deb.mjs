// @ts-check
/** The deb: installed alone, run, upgraded, run again, removed while it holds a port, and purged. */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkRun, checkUpgrade } from './checks.mjs';
import { previousPackage } from './previous.mjs';
import { addUser, lend, runInRoot } from './root.mjs';

/** @typedef {import('../prove.mjs').Proof} Proof */

const user = 'ada';
const command = ['tokwatt'];

/** @param {Proof} proof */
export async function proveDeb(proof) {
  const { root } = proof;
  await runInRoot(root, ['apt-get', 'update', '-q']);
  await addUser(root, user);
  const before = await proveFirstRun(proof);
  await proveUpgrade(proof, before);
  await proveRemoval(proof);
  await provePurge(proof);
}

/** @param {Proof} proof */
async function proveFirstRun({ root, check, run }) {
  const file = await lend(root, await previousPackage('deb'));
  await runInRoot(root, ['apt-get', 'install', '-q', '-y', file]);
  check('apt installs it alone', existsSync(join(root.folder, 'opt/Tokwatt/tokwatt')), file);
  const seen = await run('deb-first', { user, command, changesSettings: true });
  checkRun(check, seen);
  return seen;
}

/**
 * @param {Proof} proof
 * @param {import('./session.mjs').Seen} before
 */
async function proveUpgrade({ root, file, check, run }, before) {
  const lent = await lend(root, file);
  await runInRoot(root, ['apt-get', 'install', '-q', '-y', lent]);
  const seen = await run('deb-upgraded', { user, command });
  checkUpgrade(check, before, seen);
}

/** @param {Proof} proof */
async function proveRemoval({ root, check, run }) {
  const seen = await run('deb-took-port', { user, command, takesPort: true });
  const data = join(root.folder, 'home', user, '.config', 'Tokwatt');
  const records = () => readFile(join(data, 'takeovers.json'), 'utf8');
  check('a port is taken over', (await records()).includes(`${seen.takenPort}`), seen.takenPort);
  const removed = await runInRoot(root, ['apt-get', 'remove', '-q', '-y', 'tokwatt']);
  const said = removed
    .split('\n')
    .filter((line) => /taken over|has left|^(?:Stop|Move) /.test(line));
  const isGiven = !(await records()).includes(`${seen.takenPort}`);
  check('the removal gives the port back', isGiven, said.join(' / ') || removed.slice(-500));
}

/** @param {Proof} proof */
async function provePurge({ root, check }) {
  const purged = await runInRoot(root, ['apt-get', 'purge', '-q', '-y', 'tokwatt']);
  check(
    'the purge says where data remain',
    purged.includes('~/.config/Tokwatt'),
    purged.trim().split('\n').slice(-2).join(' / '),
  );
  const data = join(root.folder, 'home', user, '.config', 'Tokwatt');
  const kept = (await readdir(data)).filter((name) =>
    /^(totals|settings)\.json$|ledger/.test(name),
  );
  check('the data of the user remain', kept.length >= 3, kept.join(', '));
  // /run/outside is this machine's.
  const search = "find / -xdev -iname '*tokwatt*' -not -path '/home/*' -not -path '/run/*'";
  const left = await runInRoot(root, ['sh', '-c', search]);
  check('nothing else remains', left.trim() === '', left.trim() || 'no file is named after it');
}
