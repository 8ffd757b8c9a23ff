// @ts-check
/** Prometheus and its promtool, for the tests that check our metrics with them. */
import { capture, isOnPath } from './command.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/**
 * Makes sure that `prometheus` and `promtool` are on the PATH.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string | null>} why they are not
 */
export async function providePrometheus({ log } = {}) {
  if (isOnPath('prometheus') && isOnPath('promtool')) return null;
  const packages = await ensureSystemPackages(['prometheus'], {
    purpose: 'the tests of the metrics',
    ...(log && { log }),
  });
  if (!packages.ok) return packages.reason;
  // Stops the server that the package started, because the tests start their own.
  if (packages.installed.length > 0) await stopService();
  return isOnPath('prometheus') && isOnPath('promtool') ? null : 'the package lacks its programs';
}

async function stopService() {
  if (isOnPath('systemctl')) await capture('systemctl', ['disable', '--now', 'prometheus']);
  else await capture('service', ['prometheus', 'stop']);
}
