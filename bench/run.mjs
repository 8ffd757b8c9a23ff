// @ts-check
/**
 * `npm run bench` measures the cost of Tokwatt's proxy. The arms are: no proxy, a bare `node:http`
 * pipe twice (to measure the noise), Tokwatt without and with readings of a GPU, and npm `http-proxy` if
 * it is installed. Every proxy
 * has its own process in front of the same server. The order of the arms changes in each round;
 * ratios are computed within rounds. The last table compares the energy meter with a synthetic
 * machine (`--only energy` makes nothing else, and needs no build). `--only window` measures the window instead, with a
 * million exchanges stored (see window.mjs), `--only desktop` what the desktop costs (see desktop.mjs),
 * and `--only siege` ordinary clients beside 500 that never finish their requests (see siege.mjs).
 *
 * Flags: --quick (a minute), --rounds N, --dialect openai|ollama, --only NAME (one measure), --headless FILE,
 * --out FILE (JSON; into the system's folder for temporary files by default). For the window: --rows N,
 * --minutes N or --hour (how long its memory is watched).
 */
import { existsSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { energyTable } from './energy.mjs';
import { exchange, target } from './load.mjs';
import { cpu, gaps, growth, latency, stalled } from './measures.mjs';
import { startLibrary, startPipe, startTokwatt, startUpstream } from './processes.mjs';
import { WITH_GPU, energyCost, noise, summarize, table } from './report.mjs';
import { dialects } from './shapes.mjs';

/**
 * @typedef {import('./measures.mjs').Arm} Arm
 * @typedef {import('./measures.mjs').Sizes} Sizes
 */

/** @type {Sizes} */
const FULL = {
  rounds: 7,
  requests: 600,
  gapFrames: 400,
  cpuStreams: 32,
  cpuTokens: 900,
  memoryStreams: 10_000,
};
/** @type {Sizes} */
const QUICK = {
  rounds: 3,
  requests: 150,
  gapFrames: 150,
  cpuStreams: 24,
  cpuTokens: 250,
  memoryStreams: 1_500,
};

/** Exchanges of each arm before the measurement. Before these, the code is not optimised yet. */
const WARM_UP = 500;

const EACH_ROUND = { latency, gaps, cpu };
const ONCE = { growth, stalled };

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    dialect: { type: 'string', default: 'openai' },
    only: { type: 'string' },
    rows: { type: 'string', default: '1000000' },
    minutes: { type: 'string', default: '2' },
    hour: { type: 'boolean', default: false },
    headless: {
      type: 'string',
      default: fileURLToPath(new URL('../dist/headless.cjs', import.meta.url)),
    },
    out: { type: 'string', default: join(tmpdir(), `tokwatt-bench-${process.pid}.json`) },
  },
});

/** @param {string} line */
const say = (line) => console.log(line);

/** @returns {Promise<{ arms: Arm[], stop: () => Promise<void> }>} */
async function startArms() {
  const upstream = await startUpstream();
  const script = resolve(flags.headless);
  const library = await startLibrary(upstream.url);
  if (library === null) say('npm http-proxy is not installed: that arm is left out');
  const processes = {
    direct: null,
    pipe: await startPipe(upstream.url),
    'pipe again': await startPipe(upstream.url),
    tokwatt: await startTokwatt(upstream.url, { script }),
    [WITH_GPU]: await startTokwatt(upstream.url, { script, hasGpu: true }),
    ...(library === null ? {} : { 'http-proxy': library }),
  };
  const arms = Object.entries(processes).map(([name, process]) => ({
    name,
    process,
    target: target(process?.url ?? upstream.url, flags.dialect),
  }));
  const stop = async () => {
    for (const arm of arms) arm.target.agent.destroy();
    await Promise.all([...arms.map((arm) => arm.process?.stop()), upstream.stop()]);
  };
  return { arms, stop };
}

/**
 * Returns a different order for each round, which is the same in every run.
 * @param {readonly Arm[]} arms
 * @param {number} round
 */
function ordered(arms, round) {
  const turned = [...arms.slice(round % arms.length), ...arms.slice(0, round % arms.length)];
  return round % 2 === 0 ? turned : turned.reverse();
}

/**
 * @param {readonly Arm[]} arms
 * @param {Sizes} sizes
 */
async function measure(arms, sizes) {
  /** @type {Map<string, Record<string, number>[]>} */
  const rounds = new Map(arms.map(({ name }) => [name, []]));
  const wanted = (/** @type {string} */ name) => flags.only === undefined || flags.only === name;
  for (const arm of arms) {
    for (let i = 0; i < WARM_UP; i += 1) {
      await exchange(arm.target, { stream: i % 2 === 0, tokens: 20 });
    }
  }
  for (let round = 0; round < sizes.rounds; round += 1) {
    /** @type {Map<string, Record<string, number>>} */
    const figures = new Map(arms.map(({ name }) => [name, {}]));
    for (const [name, take] of Object.entries(EACH_ROUND)) {
      if (!wanted(name)) continue;
      for (const arm of ordered(arms, round)) {
        Object.assign(figures.get(arm.name) ?? {}, await take(arm, sizes));
      }
    }
    for (const [name, one] of figures) rounds.get(name)?.push(one);
    say(`round ${round + 1} of ${sizes.rounds}`);
  }
  for (const [name, take] of Object.entries(ONCE)) {
    if (!wanted(name)) continue;
    for (const arm of arms) {
      const figures = await take(arm, sizes);
      if (figures !== null) rounds.get(arm.name)?.push({ ...figures });
    }
  }
  return rounds;
}

async function main() {
  if (flags.only === 'window') return compareWindow();
  if (flags.only === 'desktop') return compareDesktop();
  if (flags.only === 'siege') return compareSiege();
  if (flags.only !== 'energy') {
    const code = await compareProxies();
    if (code !== 0 || flags.only !== undefined) return code;
  }
  say(`\nenergy of exchanges, against the truth\n`);
  say(await energyTable({ quick: flags.quick }));
  return 0;
}

/** False, with what helps, if there is no build. */
function hasBuild() {
  if (existsSync(flags.headless)) return true;
  say(`${flags.headless} is missing: npm run build makes it`);
  return false;
}

async function compareWindow() {
  if (!hasBuild()) return 2;
  // A browser and the parts of the ledger are needed for nothing else.
  const { measureWindow } = await import('./window.mjs');
  await measureWindow({
    script: resolve(flags.headless),
    quick: flags.quick,
    rows: Number(flags.rows),
    minutes: flags.hour ? 60 : Number(flags.minutes),
    say,
  });
  return 0;
}

async function compareSiege() {
  if (!hasBuild()) return 2;
  const { measureSiege } = await import('./siege.mjs');
  await measureSiege({ script: resolve(flags.headless), quick: flags.quick, say });
  return 0;
}

async function compareDesktop() {
  if (!hasBuild()) return 2;
  const { measureDesktop } = await import('./desktop.mjs');
  return measureDesktop({ quick: flags.quick, rounds: flags.rounds, say });
}

async function compareProxies() {
  if (!hasBuild()) return 2;
  if (dialects[flags.dialect] === undefined) {
    say(`--dialect ${flags.dialect}: there are ${Object.keys(dialects).join(' and ')}`);
    return 2;
  }
  const base = flags.quick ? QUICK : FULL;
  const sizes = { ...base, rounds: Number(flags.rounds ?? base.rounds) };
  const machine = { node: process.version, cores: cpus().length, load: loadavg()[0] };
  const { arms, stop } = await startArms();
  try {
    const rounds = await measure(arms, sizes);
    const summary = summarize(rounds);
    say(
      `\n${flags.dialect}, ${JSON.stringify(machine)}; medians, and × the pipe's of the same round\n`,
    );
    say(
      table(
        summary,
        arms.map(({ name }) => name),
      ),
    );
    say(`\n${noise(summary)}`);
    say(energyCost(rounds));
    const result = { machine, dialect: flags.dialect, sizes, summary };
    writeFileSync(flags.out, `${JSON.stringify(result, null, 2)}\n`);
    say(`figures of all rounds: ${flags.out}`);
  } finally {
    await stop();
  }
  return 0;
}

process.exitCode = await main();
