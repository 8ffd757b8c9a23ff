// @ts-check
/**
 * `npm test` sets up the requirements of the tests, then runs all tests. `npm test -- unit e2e`
 * runs only the named steps.
 *
 * Steps that cannot run on this machine are skipped by name, with the reason. Environment variables
 * pass the results of the setup to the tests:
 * - TOKWATT_ELECTRON: the executable that starts an application (`executable --no-sandbox FOLDER`)
 * - TOKWATT_ELECTRON_DIST: a clean distribution of the same Electron, for electron-builder
 * - TOKWATT_ELECTRON_VERSION: its version
 * - TOKWATT_ELECTRON_REASON: set instead of these three if there is no Electron: the reason
 * - TOKWATT_PROMETHEUS_REASON, TOKWATT_CC_REASON: why there is no Prometheus or C compiler on the PATH
 * - TOKWATT_FAKETIME_REASON: why there is no libfaketime; otherwise tests/support/clock.ts finds it
 * - TOKWATT_POSTGRES_REASON, TOKWATT_CLICKHOUSE_REASON: why there is no such server for the tests
 * - TOKWATT_LLAMA_REASON: why there is no llama-server; otherwise tests/support/llama-server.ts finds it
 *
 * A test of integration or e2e that fails is tried once more; the summary names those that then passed.
 *
 * The last line is `N passed, N failed, N skipped`: the tests, and the steps without tests. The
 * exit status is 0 only if nothing failed and, if tests were requested, at least one ran.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideCompiler } from './setup/c-compiler.mjs';
import { isOnPath, npmCommand } from './setup/command.mjs';
import { missingLibraries, provideElectron } from './setup/electron-runtime.mjs';
import { provideClickhouse, providePostgres } from './setup/databases.mjs';
import { provideFaketime } from './setup/faketime.mjs';
import { provideLlamaServer } from './setup/llama-server.mjs';
import { ensureBuild, ensureDependencies, projectRoot, runVisibly } from './setup/project.mjs';
import { providePrometheus } from './setup/prometheus.mjs';
import {
  electronLibraries,
  ensureSystemPackages,
  virtualDesktop,
} from './setup/system-packages.mjs';
import { format, readTally, secondAttempts, sum } from './setup/vitest-tally.mjs';

/**
 * @typedef {import('./setup/vitest-tally.mjs').Tally} Tally
 * @typedef {{ name: string, tally: Tally, note: string, ms: number }} Finished
 * @typedef {object} Step
 * @property {string} name
 * @property {() => Promise<Tally>} run
 * @property {() => Promise<string | null>} [obstacle] why it cannot run here
 */

const passed = { passed: 1, failed: 0, skipped: 0 };
const failed = { passed: 0, failed: 1, skipped: 0 };
const skipped = { passed: 0, failed: 0, skipped: 1 };

const env = { ...process.env };
const reports = mkdtempSync(join(tmpdir(), 'tokwatt-test-'));
const retried = /** @type {string[]} */ ([]);
const testSteps = ['unit', 'integration', 'e2e'];

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
];

/** @type {Step[]} */
const steps = [
  { name: 'check', run: () => npmScript('check') },
  { name: 'build', run: () => npmScript('build') },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'integration', run: () => vitest('integration'), obstacle: prepareIntegration },
  { name: 'e2e', run: () => vitest('e2e', virtualDesktopPrefix()), obstacle: prepareDesktop },
];

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/** @param {string} name */
async function npmScript(name) {
  const { command, args } = npmCommand(['run', name]);
  return (await runVisibly(command, args, { env, group: true })) === 0 ? passed : failed;
}

/**
 * @param {string} project
 * @param {readonly string[]} prefix the program that runs it, and its arguments
 * @returns {Promise<Tally>}
 */
async function vitest(project, prefix = []) {
  const report = join(reports, `${project}.json`);
  const script = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const run = [process.execPath, script, 'run', '--project', project, ...reporters];
  const [command, ...args] = [...prefix, ...run];
  const status = await runVisibly(command ?? '', args, { env, group: true });
  const text = existsSync(report) ? readFileSync(report, 'utf8') : null;
  const tally = text === null ? failed : readTally(text);
  retried.push(...secondAttempts(text ?? '{"testResults":[]}'));
  // Only the exit status shows an error outside of all tests, or a run that was cut off.
  return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

function virtualDesktopPrefix() {
  return process.platform === 'linux' ? ['xvfb-run', '-a', 'dbus-run-session', '--'] : [];
}

async function prepareIntegration() {
  await ensureBuild(say);
  const llama = await provideLlamaServer({ log: say });
  if (!llama.available) {
    say(`no llama-server: ${llama.reason}; the tests that need it are skipped`);
    env.TOKWATT_LLAMA_REASON = llama.reason;
  }
  for (const [what, variable, provide] of partsOfTests) {
    const reason = await provide({ log: say });
    if (reason === null) continue;
    say(`no ${what}: ${reason}; the tests that need it are skipped`);
    env[variable] = reason;
  }
  await prepareBrowser();
  return null;
}

/**
 * The window's page is tested in a browser too. Its tests find one by themselves, or are skipped.
 */
async function prepareBrowser() {
  if (isOnPath('chromium') || isOnPath('google-chrome')) return;
  const packages = await ensureSystemPackages(['chromium', 'fonts-dejavu-core'], {
    purpose: 'the tests of the page',
    log: say,
  });
  if (!packages.ok) say(`no Chromium: ${packages.reason}; the tests that need it are skipped`);
}

/** @returns {Promise<string | null>} why there is no desktop to test on */
async function prepareDesktop() {
  await prepareIntegration();
  const reason = await findDesktop().catch((/** @type {unknown} */ error) =>
    error instanceof Error ? error.message : String(error),
  );
  if (reason !== null) env.TOKWATT_ELECTRON_REASON = reason;
  return reason;
}

async function findDesktop() {
  const electron = await provideElectron({ log: say });
  env.TOKWATT_ELECTRON = electron.executable;
  env.TOKWATT_ELECTRON_DIST = electron.dist;
  env.TOKWATT_ELECTRON_VERSION = electron.version;
  if (process.platform !== 'linux') return null;
  const packages = await ensureSystemPackages([...electronLibraries, ...virtualDesktop], {
    purpose: 'the desktop tests',
    log: say,
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

/**
 * @param {Step} step
 * @param {boolean} buildFailed
 * @returns {Promise<Finished>}
 */
async function runStep(step, buildFailed) {
  const { name } = step;
  say(`\n== ${name}`);
  const start = performance.now();
  const finish = (/** @type {Tally} */ tally, note = '') => {
    return { name, tally, note, ms: performance.now() - start };
  };
  if (buildFailed && step.obstacle) return finish(skipped, 'skipped: the build failed');
  try {
    const obstacle = (await step.obstacle?.()) ?? null;
    if (obstacle !== null) return finish(skipped, `skipped: ${obstacle}`);
    return finish(await step.run());
  } catch (error) {
    return finish(failed, error instanceof Error ? error.message : String(error));
  }
}

/** @param {readonly Finished[]} results */
function summarize(results) {
  say('\n== summary');
  for (const { name, tally, note, ms } of results) {
    const verdict = tally.failed > 0 ? 'FAILED' : tally.passed > 0 ? 'passed' : 'skipped';
    const isTest = testSteps.includes(name) && note === '';
    const counts = isTest ? format(tally) : note;
    say(
      `${verdict.padEnd(8)}${name.padEnd(12)}${(ms / 1000).toFixed(1).padStart(6)} s  ${counts}`.trimEnd(),
    );
  }
}

async function main() {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    say(
      `no such step: ${unknown.join(', ')}; there are ${steps.map(({ name }) => name).join(', ')}`,
    );
    return 2;
  }
  await ensureDependencies(say);
  const chosen = steps.filter((step) => names.length === 0 || names.includes(step.name));
  /** @type {Finished[]} */
  const results = [];
  // The running step gets these signals too and ends. Without this handler, the next step would
  // start.
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  for (const step of chosen) {
    if (interrupt.signal.aborted) break;
    const buildFailed = results.some(({ name, tally }) => name === 'build' && tally.failed > 0);
    results.push(await runStep(step, buildFailed));
  }
  summarize(results);
  for (const name of retried) say(`passed only at the second attempt: ${name}`);
  const total = sum(results.map(({ tally }) => tally));
  const tests = results.filter(({ name }) => testSteps.includes(name));
  if (tests.length > 0 && tests.every(({ tally }) => tally.passed + tally.failed === 0)) {
    say('no test ran: that counts as a failure');
    total.failed += 1;
  }
  if (interrupt.signal.aborted) {
    say('interrupted: that counts as a failure');
    total.failed += 1;
  }
  say(format(total));
  return total.failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(reports, { recursive: true, force: true });
}
