// @ts-check
/** The desktop on which the windows of the tests are shown. */
import { spawnSync } from 'node:child_process';

/**
 * Runs a command with a loopback of its own. A desktop looks for servers on all local ports, so without it, it would ask
 * those of other tests too. It takes the superuser's rights.
 */
const ownNetwork = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

/** True if each desktop can get a network of its own. */
const hasOwnNetwork = isPossible([...ownNetwork, 'true']);

/** @returns {string[]} the program that runs the tests of windows, and its arguments; empty for the user's own desktop */
export function virtualDesktopPrefix() {
  if (process.platform !== 'linux') return [];
  const network = hasOwnNetwork ? ownNetwork : [];
  return [...network, 'xvfb-run', '-a', 'dbus-run-session', '--'];
}

/** @param {readonly string[]} command */
function isPossible([program = '', ...args]) {
  return process.platform === 'linux' && spawnSync(program, args).status === 0;
}
