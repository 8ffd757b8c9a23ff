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
 * - TOKWATT_NGINX_REASON: why there is no nginx to compare with
 * - TOKWATT_LLAMA_REASON: why there is no llama-server; otherwise tests/support/llama-server.ts finds it
 *
 * A test that fails is tried once more; the summary names those that then passed.
 *
 * The last line is `N passed, N failed, N skipped`: the tests, and the steps without tests. The
 * exit status is 0 only if nothing failed and, if tests were requested, at least one ran.
 */
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmCommand } from './setup/command.mjs';
import { virtualDesktopPrefix } from './setup/test-desktop.mjs';
import { fetchNeeds } from './setup/needs-of-tests.mjs';
import { ensureBuild, ensureDependencies, projectRoot, runVisibly } from './setup/project.mjs';
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

/** @type {Step[]} */
const steps = [
  { name: 'check', run: () => npmScript('check') },
  { name: 'build', run: () => npmScript('build') },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'integration', run: () => vitest('integration'), obstacle: prepareIntegration },
  { name: 'e2e', run: onTwoDesktops, obstacle: prepareDesktop },
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
 * @typedef {object} VitestOptions
 * @property {readonly string[]} [prefix] the program that runs it, and its arguments
 * @property {string} [shard] the part of the files to run, such as `1/2`
 * @property {number} [output] the descriptor for its output; by default that of this process
 */

/**
 * @param {string} project
 * @param {VitestOptions} [options]
 * @returns {Promise<Tally>}
 */
async function vitest(project, { prefix = [], shard, output } = {}) {
  const report = join(reports, `${project}${shard?.replace('/', '-') ?? ''}.json`);
  const script = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const part = shard === undefined ? [] : [`--shard=${shard}`];
  const run = [process.execPath, script, 'run', '--project', project, ...part, ...reporters];
  const [command, ...args] = [...prefix, ...run];
  const status = await runVisibly(command ?? '', args, {
    env,
    group: true,
    ...(output === undefined ? {} : { output }),
  });
  const text = existsSync(report) ? readFileSync(report, 'utf8') : null;
  const tally = text === null ? failed : readTally(text);
  retried.push(...secondAttempts(text ?? '{"testResults":[]}'));
  // Only the exit status shows an error outside of all tests, or a run that was cut off.
  return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

/**
 * The windows of one desktop share its display, its tray and its session bus, so its files run one
 * after the other. They mostly wait, so another desktop runs the other half meanwhile.
 * @returns {Promise<Tally>}
 */
async function onTwoDesktops() {
  const prefix = virtualDesktopPrefix();
  if (prefix.length === 0) return vitest('e2e');
  return sum(await Promise.all(['1/2', '2/2'].map((shard) => onDesktop(prefix, shard))));
}

/**
 * What it says is printed when it has ended.
 * @param {readonly string[]} prefix
 * @param {string} shard
 */
async function onDesktop(prefix, shard) {
  const path = join(reports, `e2e-${shard.replace('/', '-')}.log`);
  const output = openSync(path, 'w');
  try {
    const tally = await vitest('e2e', { prefix, shard, output });
    process.stdout.write(readFileSync(path));
    return tally;
  } finally {
    closeSync(output);
  }
}

/** @type {ReturnType<typeof fetchNeeds> | null} */
let needs = null;

/** Fetched once, while the steps without needs run. */
function needed() {
  needs ??= fetchNeeds({ log: say, env });
  return needs;
}

async function prepareIntegration() {
  await needed().parts;
  await ensureBuild(say);
  return null;
}

/** @returns {Promise<string | null>} why there is no desktop to test on */
async function prepareDesktop() {
  await prepareIntegration();
  return needed().desktop;
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
  if (chosen.some(({ obstacle }) => obstacle)) needed();
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
