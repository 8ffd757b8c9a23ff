// @ts-check
/** The deb: installed alone, run, upgraded, run again, removed while it holds a port, and purged. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { capture, lastWords } from '../../setup/command.mjs';
import { projectRoot } from '../../setup/project.mjs';
import { addUser, lend, runInRoot } from './root.mjs';

/** @typedef {import('../prove.mjs').Proof} Proof */

const user = 'ada';
const command = ['tokwatt'];
/** Older than any that was or will be published. */
const previousVersion = '0.0.1';

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
  const file = await lend(root, await previousDeb());
  await runInRoot(root, ['apt-get', 'install', '-q', '-y', file]);
  check('apt installs it alone', existsSync(join(root.folder, 'opt/Tokwatt/tokwatt')), file);
  const seen = await run('deb-first', { user, command, changesSettings: true });
  checkRun(check, seen);
  check('it is the previous version', seen.version === previousVersion, seen.version);
  return seen;
}

/**
 * @param {Proof['check']} check
 * @param {import('./session.mjs').Seen} seen
 */
export function checkRun(check, seen) {
  check('one exchange is metered', seen.requests >= 1 && seen.tokens > 0, seen.tokens);
  check('it is in the ledger', seen.rows >= 1, `${seen.rows} rows`);
  check('the tray has an icon', seen.iconSize > 0, `${seen.iconSize} px`);
  const line = seen.menu.find((label) => / in · .* out/.test(label));
  check("the tray's menu has the tokens", line !== undefined, line ?? seen.menu.join(' | '));
  const isConfined = /^user [1-9]\d*, seccomp 2/.test(seen.sandbox);
  check('a normal user, in a sandbox', isConfined, seen.sandbox);
  check('quitting from the tray ends it', seen.status === 0, `status ${seen.status}`);
}

/**
 * @param {Proof} proof
 * @param {import('./session.mjs').Seen} before
 */
async function proveUpgrade({ root, file, check, run }, before) {
  const lent = await lend(root, file);
  await runInRoot(root, ['apt-get', 'install', '-q', '-y', lent]);
  const seen = await run('deb-upgraded', { user, command });
  check('the upgrade runs', seen.version !== previousVersion, seen.version);
  const isKept = seen.requests === before.requests + 1 && seen.tokens > before.tokens;
  check('the upgrade keeps totals', isKept, `${before.requests} then ${seen.requests} requests`);
  check(
    'the upgrade keeps the ledger',
    seen.rows > before.rows,
    `${before.rows} then ${seen.rows} rows`,
  );
  check('the upgrade keeps settings', seen.hours === 'h12', `appearance.hours ${seen.hours}`);
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

/** @returns {Promise<string>} a deb of this build with a lower version */
async function previousDeb() {
  const folder = join(projectRoot, 'release', 'previous');
  const file = join(folder, `tokwatt_${previousVersion}_amd64.deb`);
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  const flags = [
    ...['--linux=deb', '--x64', `-c.extraMetadata.version=${previousVersion}`],
    ...['-c.deb.compression=gz', `-c.directories.output=${folder}`],
  ];
  const script = join(projectRoot, 'scripts', 'package.mjs');
  const outcome = await capture(process.execPath, [script, ...flags], { cwd: projectRoot });
  if (!existsSync(file)) throw new Error(`no previous deb: ${lastWords(outcome)}`);
  return file;
}
