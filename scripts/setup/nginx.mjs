// @ts-check
/** nginx, with which the tests compare how requests are read. */
import { existsSync } from 'node:fs';
import { isOnPath } from './command.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/**
 * Makes sure that there is an nginx (Linux).
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string | null>} why there is none
 */
export async function provideNginx({ log } = {}) {
  const isThere = () => isOnPath('nginx') || existsSync('/usr/sbin/nginx');
  if (isThere()) return null;
  if (process.platform !== 'linux') return 'it is installed on Linux only';
  const packages = await ensureSystemPackages(['nginx-light'], {
    purpose: 'the tests of how requests are read',
    ...(log && { log }),
  });
  if (!packages.ok) return packages.reason;
  return isThere() ? null : 'there is no nginx';
}
