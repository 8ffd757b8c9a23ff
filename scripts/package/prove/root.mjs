// @ts-check
/**
 * A minimal Debian in a folder, in which packages are installed and run as on a machine that has nothing else. Takes
 * root and mmdebstrap.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildOnce, cacheRoot } from '../../setup/cache.mjs';
import { capture, lastWords } from '../../setup/command.mjs';
import { ensureSystemPackages } from '../../setup/system-packages.mjs';
import { runTool } from '../package-files.mjs';

const release = 'bookworm';
const limitMs = 20 * 60_000;

/**
 * Makes the folder its root with pivot_root, not with chroot: the kernel gives no user namespaces to a process in a
 * chroot, and Chromium's sandbox is made of them. The folder of the outside is at /run/outside.
 */
const enterScript = `
set -e
root=$1 outside=$2
shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root/run/outside" "$root/tmp/.X11-unix" "$root/old-root"
mount --bind "$outside" "$root/run/outside"
[ ! -d /tmp/.X11-unix ] || mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
cd "$root"
pivot_root . old-root
umount -l /old-root
exec "$@"
`;

/** @typedef {{ folder: string, outside: string, remove: () => Promise<void> }} Root */

/** @returns {string | null} why there can be none here */
export function rootObstacle() {
  if (process.platform !== 'linux') return 'packages of Linux are proven on Linux';
  return process.getuid?.() === 0 ? null : 'a root of its own takes the rights of root';
}

/** What a desktop has anyway, and rpm, for packages that do not come with their requirements. */
export const desktopPackages = [
  ...['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libdrm2', 'libnotify4', 'libsecret-1-0'],
  ...['libatk-bridge2.0-0', 'libx11-xcb1', 'libcups2', 'fonts-dejavu-core', 'xdg-utils', 'rpm'],
];

/**
 * @param {readonly string[]} include packages that it has besides the minimum
 * @param {(line: string) => void} log
 * @returns {Promise<Root>} a fresh one; `outside` is a folder of this machine that it sees as /run/outside
 */
export async function freshRoot(include, log) {
  const packages = ['mmdebstrap', 'debian-archive-keyring'];
  const tools = await ensureSystemPackages(packages, { purpose: 'a Debian root', log });
  if (!tools.ok) throw new Error(tools.reason);
  const named = createHash('sha256').update(include.join()).digest('hex').slice(0, 8);
  const kind = include.length === 0 ? 'minbase' : `with-${named}`;
  const cached = join(cacheRoot(), `debian-${release}-${kind}`);
  const build = async (/** @type {string} */ partial) => {
    log('making a minimal Debian (about a minute)');
    const tar = join(partial, 'root.tar');
    const more = include.length === 0 ? [] : [`--include=${include.join()}`];
    const args = ['--variant=minbase', ...more, release, tar];
    const outcome = await capture('mmdebstrap', args, { timeoutMs: limitMs });
    if (outcome.code !== 0) throw new Error(`mmdebstrap: ${lastWords(outcome)}`);
  };
  await buildOnce(cached, build, log);
  const parent = await mkdtemp(join(tmpdir(), 'tokwatt-root-'));
  const folder = join(parent, 'root');
  const outside = join(parent, 'outside');
  await mkdir(folder);
  await mkdir(outside, { mode: 0o777 });
  // Device files cannot be made everywhere; those of this machine are mounted over them.
  await runTool('tar', ['-xf', join(cached, 'root.tar'), '-C', folder, '--exclude=./dev/*']);
  // It is thrown away afterwards, so nothing has to survive a power cut.
  await writeFile(join(folder, 'etc', 'dpkg', 'dpkg.cfg.d', 'unsafe-io'), 'force-unsafe-io\n');
  // It has no resolver of its own.
  await cp('/etc/resolv.conf', join(folder, 'etc', 'resolv.conf'), { dereference: true });
  return { folder, outside, remove: () => rm(parent, { recursive: true, force: true }) };
}

/**
 * @param {Root} root
 * @param {readonly string[]} command
 * @returns {[string, string[]]} the program and its arguments that become the command in the root, as its root user
 */
export function inRoot({ folder, outside }, command) {
  return ['unshare', ['--mount', 'sh', '-c', enterScript, 'sh', folder, outside, ...command]];
}

/**
 * @param {Root} root
 * @param {readonly string[]} command
 * @returns {Promise<string>} what it printed
 * @throws {Error} if it fails
 */
export async function runInRoot(root, command) {
  const [program, args] = inRoot(root, command);
  const env = {
    ...{ PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    ...{ LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive', HOME: '/root' },
  };
  const outcome = await capture(program, args, { env, timeoutMs: limitMs });
  const said = `${outcome.stdout}${outcome.stderr}`;
  if (outcome.code !== 0) throw new Error(`${command.join(' ')} failed: ${said.slice(-1500)}`);
  return said;
}

/**
 * Puts a package where the root sees it.
 * @param {Root} root
 * @param {string} file
 * @returns {Promise<string>} its path in the root
 */
export async function lend(root, file) {
  await cp(file, join(root.outside, basename(file)));
  return `/run/outside/${basename(file)}`;
}

/**
 * @param {Root} root
 * @param {string} name
 */
export async function addUser(root, name) {
  await runInRoot(root, ['useradd', '--create-home', '--shell', '/bin/sh', name]);
}
