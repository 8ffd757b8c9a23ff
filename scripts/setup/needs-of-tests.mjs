// @ts-check
/**
 * What the tests need of this machine: servers, a browser, Electron. Most of it is waited for (packages, downloads), so
 * it can be fetched while something else runs. What cannot be had is told to the tests by variables of the environment;
 * `scripts/test.mjs` lists them.
 */
import { provideBrowser } from './browser.mjs';
import { provideCompiler } from './c-compiler.mjs';
import { isOnPath } from './command.mjs';
import { provideClickhouse, providePostgres } from './databases.mjs';
import { missingLibraries, provideElectron } from './electron-runtime.mjs';
import { provideFaketime } from './faketime.mjs';
import { provideLlamaServer } from './llama-server.mjs';
import { provideNginx } from './nginx.mjs';
import { providePrometheus } from './prometheus.mjs';
import { electronLibraries, ensureSystemPackages, virtualDesktop } from './system-packages.mjs';

/** @typedef {{ log: (line: string) => void, env: NodeJS.ProcessEnv }} Needs */

/**
 * The requirements of some tests, and the variable with the reason why one is missing.
 * @type {readonly [string, string, (options: { log: (line: string) => void }) => Promise<string | null>][]}
 */
const partsOfTests = [
  ['Prometheus', 'TOKWATT_PROMETHEUS_REASON', providePrometheus],
  ['a C compiler', 'TOKWATT_CC_REASON', provideCompiler],
  ['libfaketime', 'TOKWATT_FAKETIME_REASON', provideFaketime],
  ['PostgreSQL', 'TOKWATT_POSTGRES_REASON', providePostgres],
  ['ClickHouse', 'TOKWATT_CLICKHOUSE_REASON', provideClickhouse],
  ['nginx', 'TOKWATT_NGINX_REASON', provideNginx],
];

/**
 * Begins to fetch all of it, and adds the variables to `env`.
 * @param {Needs} needs
 * @returns {{ parts: Promise<void>, desktop: Promise<string | null> }} what the integration tests need, and why there is
 *   no desktop to test on
 */
export function fetchNeeds(needs) {
  const parts = fetchParts(needs);
  // One after the other: two package managers at a time would wait for each other's lock.
  const desktop = parts.catch(() => undefined).then(() => fetchDesktop(needs));
  // Whoever awaits them sees the errors. Nobody does if the run ends before.
  parts.catch(() => undefined);
  desktop.catch(() => undefined);
  return { parts, desktop };
}

/** @param {Needs} needs */
async function fetchParts({ log, env }) {
  const llama = await provideLlamaServer({ log });
  if (!llama.available) {
    log(`no llama-server: ${llama.reason}; the tests that need it are skipped`);
    env.TOKWATT_LLAMA_REASON = llama.reason;
  }
  for (const [what, variable, provide] of partsOfTests) {
    const reason = await provide({ log });
    if (reason === null) continue;
    log(`no ${what}: ${reason}; the tests that need it are skipped`);
    env[variable] = reason;
  }
  // Tests of the window's page find a browser by themselves, or are skipped.
  await provideBrowser({ purpose: 'the tests of the page', log });
}

/** @param {Needs} needs */
async function fetchDesktop(needs) {
  const { env } = needs;
  const reason = await findDesktop(needs).catch((/** @type {unknown} */ error) =>
    error instanceof Error ? error.message : String(error),
  );
  if (reason !== null) env.TOKWATT_ELECTRON_REASON = reason;
  return reason;
}

/** @param {Needs} needs */
async function findDesktop({ log, env }) {
  const electron = await provideElectron({ log });
  env.TOKWATT_ELECTRON = electron.executable;
  env.TOKWATT_ELECTRON_DIST = electron.dist;
  env.TOKWATT_ELECTRON_VERSION = electron.version;
  if (process.platform !== 'linux') return null;
  const packages = await ensureSystemPackages([...electronLibraries, ...virtualDesktop], {
    purpose: 'the desktop tests',
    log,
  });
  if (packages.ok) return null;
  const missing = [
    ...['xvfb-run', 'dbus-run-session'].filter((name) => !isOnPath(name)),
    ...(await missingLibraries(electron.executable)),
  ];
  if (missing.length === 0) return null;
  const advice = packages.command === null ? '' : `; install with: ${packages.command}`;
  return `missing: ${missing.join(', ')} (${packages.reason})${advice}`;
}
