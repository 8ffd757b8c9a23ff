// @ts-check
/**
 * `npm run bench` measures the cost of Tokwatt's proxy. The arms are: no proxy, a bare `node:http`
 * pipe twice (to measure the noise), Tokwatt, and npm `http-proxy` if it is installed. Every proxy
 * has its own process in front of the same server. The order of the arms changes in each round;
 * ratios are computed within rounds. The last table compares the energy meter with a synthetic
 * machine (`--only energy` makes nothing else, and needs no build).
 *
 * Flags: --quick (a minute), --rounds N, --dialect openai|ollama, --only NAME (one measure), --headless FILE,
 * --out FILE (JSON; into the system's folder for temporary files by default).
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
import { noise, summarize, table } from './report.mjs';
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
  if (flags.only !== 'energy') {
    const code = await compareProxies();
    if (code !== 0 || flags.only !== undefined) return code;
  }
  say(`\nenergy of exchanges, against the truth\n`);
  say(await energyTable({ quick: flags.quick }));
  return 0;
}

async function compareProxies() {
  if (!existsSync(flags.headless)) {
    say(`${flags.headless} is missing: npm run build makes it`);
    return 2;
  }
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
    const result = { machine, dialect: flags.dialect, sizes, summary };
    writeFileSync(flags.out, `${JSON.stringify(result, null, 2)}\n`);
    say(`figures of all rounds: ${flags.out}`);
  } finally {
    await stop();
  }
  return 0;
}

process.exitCode = await main();
