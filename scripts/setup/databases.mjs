// @ts-check
/** PostgreSQL and ClickHouse, for the tests that copy exchanges to them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture, isOnPath } from './command.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

const PURPOSE = 'the tests of the databases';

/**
 * Makes sure that {@link postgresFolder} finds a PostgreSQL that the tests can start.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string | null>} why there is none
 */
export async function providePostgres({ log } = {}) {
  if (postgresObstacle() === null) return null;
  const packages = await ensureSystemPackages(['postgresql'], {
    purpose: PURPOSE,
    ...(log && { log }),
  });
  if (!packages.ok) return packages.reason;
  if (packages.installed.length > 0) await stopService('postgresql');
  return postgresObstacle();
}

/**
 * Makes sure that `clickhouse-server` is installed.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string | null>} why it is not
 */
export async function provideClickhouse({ log } = {}) {
  if (clickhouseObstacle() === null) return null;
  const packages = await ensureSystemPackages(['clickhouse-server'], {
    purpose: PURPOSE,
    ...(log && { log }),
  });
  if (!packages.ok) return packages.reason;
  if (packages.installed.length > 0) await stopService('clickhouse-server');
  return clickhouseObstacle();
}

/** @returns {string | null} the folder with `initdb` and `postgres`, of the newest version there is */
export function postgresFolder() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map(Number) : [];
  const newestFirst = versions.filter((version) => version > 0).sort((a, b) => b - a);
  const folders = [
    ...newestFirst.map((version) => join(debian, String(version), 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/** @returns {string | null} why no PostgreSQL can be started here */
export function postgresObstacle() {
  if (process.platform !== 'linux') return 'the tests start PostgreSQL on Linux only';
  if (postgresFolder() === null) return 'PostgreSQL is not installed';
  // PostgreSQL refuses to run as root. Its package creates a user for that case.
  if (process.getuid?.() === 0 && !isOnPath('setpriv')) return 'there is no setpriv';
  return null;
}

/** @returns {string | null} why no ClickHouse can be started here */
export function clickhouseObstacle() {
  if (process.platform !== 'linux') return 'the tests start ClickHouse on Linux only';
  return isOnPath('clickhouse-server') ? null : 'clickhouse-server is not installed';
}

/**
 * Stops the server that the package started, because the tests start their own.
 * @param {string} name
 */
async function stopService(name) {
  if (isOnPath('systemctl')) await capture('systemctl', ['disable', '--now', name]);
  else await capture('service', [name, 'stop']);
}
