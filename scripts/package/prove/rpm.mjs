// @ts-check
/** The rpm: what it asks for, and installed, run and erased by rpm on a Debian, which has no packages for its needs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkRun, checkUpgrade } from './checks.mjs';
import { previousPackage } from './previous.mjs';
import { addUser, lend, runInRoot } from './root.mjs';

const user = 'eve';
const command = ['tokwatt'];

/** @param {import('../prove.mjs').Proof} proof */
export async function proveRpm({ root, file, check, run }) {
  await addUser(root, user);
  const lent = await lend(root, file);
  const about = (/** @type {string} */ what) => runInRoot(root, ['rpm', '-qp', what, lent]);
  const needs = (await about('--requires')).trim().split('\n');
  check(
    'it asks for both families',
    needs.some((line) => line.includes(' or ')),
    `${needs.length} requirements`,
  );
  const scripts = await about('--scripts');
  const parts = ['postinstall', 'preuninstall', 'postuninstall'];
  check(
    'it has its scripts',
    parts.every((part) => scripts.includes(`${part} scriptlet`)),
    parts.join(', '),
  );
  check('no name of a template is left', !/\$\{\w+\}/.test(scripts), 'none');
  // Debian's rpm knows none of the packages that it asks for.
  const rpm = (/** @type {string[]} */ ...words) => {
    return runInRoot(root, ['rpm', '--nodeps', '--force-debian', ...words]);
  };
  await rpm('--install', await lend(root, await previousPackage('rpm')));
  const before = await run('rpm-first', { user, command, changesSettings: true });
  checkRun(check, before);
  await rpm('--upgrade', lent);
  checkUpgrade(check, before, await run('rpm-upgraded', { user, command }));
  const said = await rpm('--erase', 'tokwatt');
  check('the removal says where data remain', said.includes('~/.config/Tokwatt'), said.trim());
  const isGone =
    !existsSync(join(root.folder, 'opt/Tokwatt')) &&
    !existsSync(join(root.folder, 'usr/bin/tokwatt'));
  check('nothing else remains', isGone, 'no /opt/Tokwatt, no /usr/bin/tokwatt');
}
