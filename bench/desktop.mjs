// @ts-check
/**
 * `npm run bench -- --only desktop`: what the desktop costs while nobody looks. Its memory with the tray alone, as a
 * multiple of that of an empty Electron program with a tray; its processor time while nothing happens; and what the
 * mini monitor adds while a model answers. One program runs at a time, in turns. Linux only: it reads /proc.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { provideElectron } from '../scripts/setup/electron-runtime.mjs';
import { coreShare, memoryOf, processTree } from './desktop/process-tree.mjs';
import { startTrayHost } from './desktop/tray-host.mjs';
import { exchange, target } from './load.mjs';
import { startUpstream } from './processes.mjs';
import { median, ratio } from './statistics.mjs';

/**
 * @typedef {{ rounds: number, settleMs: number, idleMs: number, streamMs: number }} Sizes
 * @typedef {{ pid: number, proxy: string, stop: () => Promise<void> }} Program
 * @typedef {{ pages: number, data: number, share: number }} Idle
 */

/**
 * V8 clears away what the start has left about half a minute after it, once: a tenth of a second of processor time.
 * @type {Sizes}
 */
const FULL = { rounds: 3, settleMs: 45_000, idleMs: 60_000, streamMs: 30_000 };
/** @type {Sizes} */
const QUICK = { rounds: 1, settleMs: 10_000, idleMs: 20_000, streamMs: 15_000 };

/** 40 tokens a second. */
const GAP_MS = 25;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const EMPTY = fileURLToPath(new URL('desktop/empty', import.meta.url));

/**
 * @param {readonly string[]} args
 * @returns {Promise<Program>}
 */
async function start(args) {
  const { executable } = await provideElectron();
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(executable, [...sandbox, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"event":"ready"')) continue;
    const { proxies } = /** @type {{ proxies?: { url: string }[] }} */ (JSON.parse(line));
    const stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    return { pid: child.pid ?? 0, proxy: proxies?.[0]?.url ?? '', stop };
  }
  throw new Error(`${args.join(' ')} ended before it was ready`);
}

/**
 * Tokwatt in the tray, with the mini monitor as a strip or without.
 * @param {string} upstream
 * @param {boolean} [hasMini]
 * @returns {Promise<Program>}
 */
async function startTokwatt(upstream, hasMini = false) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-bench-'));
  const place = { x: 100, y: 100, width: 340, height: 70, isOpen: hasMini };
  writeFileSync(join(dataDir, 'mini.json'), JSON.stringify(place));
  const ports = ['--proxy-port', '0', '--api-port', '0'];
  const flags = ['--hidden', ...ports, '--data-dir', dataDir, '--upstream', upstream];
  const program = await start([ROOT, ...flags, '--log-level', 'warn']);
  return {
    ...program,
    stop: async () => {
      await program.stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * @param {Program} program
 * @param {number} ms
 */
async function shareDuring({ pid }, ms) {
  const before = processTree(pid);
  const begin = performance.now();
  await sleep(ms);
  return coreShare(pid, before, performance.now() - begin);
}

/**
 * @param {Program} program
 * @param {Sizes} sizes
 */
async function whileIdle(program, { settleMs, idleMs }) {
  await sleep(settleMs);
  const share = await shareDuring(program, idleMs);
  // By now the garbage of the start is collected.
  const memory = memoryOf(program.pid);
  await program.stop();
  return { ...memory, share };
}

/**
 * @param {Program} program
 * @param {Sizes} sizes
 */
async function whileStreaming(program, { settleMs, streamMs }) {
  await sleep(settleMs);
  const to = target(program.proxy, 'openai');
  const tokens = Math.ceil((streamMs + 4_000) / GAP_MS);
  const answer = exchange(to, { stream: true, tokens, gap_ms: GAP_MS });
  // Until the first tokens are shown.
  await sleep(2_000);
  const share = await shareDuring(program, streamMs);
  await answer;
  to.agent.destroy();
  await program.stop();
  return share;
}

/** What is missing, in one line; null if nothing is. */
function whyNot() {
  if (process.platform !== 'linux') return 'this measure reads /proc, which only Linux has';
  const { DISPLAY, DBUS_SESSION_BUS_ADDRESS } = process.env;
  if (DISPLAY && DBUS_SESSION_BUS_ADDRESS) return null;
  return 'a display and a session bus are needed: xvfb-run -a dbus-run-session -- npm run bench -- --only desktop';
}

/**
 * @param {{ quick: boolean, rounds?: string | undefined, say: (line: string) => void }} options `rounds`: how many, by default three
 * @returns {Promise<number>} the exit status
 */
export async function measureDesktop({ quick, rounds, say }) {
  const reason = whyNot();
  if (reason !== null) {
    say(reason);
    return 2;
  }
  const base = quick ? QUICK : FULL;
  const sizes = { ...base, rounds: Number(rounds ?? base.rounds) };
  const stopHost = await startTrayHost();
  const upstream = await startUpstream();
  /** @type {Idle[]} */
  const empty = [];
  /** @type {Idle[]} */
  const tokwatt = [];
  /** @type {number[]} */
  const plain = [];
  /** @type {number[]} */
  const mini = [];
  for (let round = 1; round <= sizes.rounds; round += 1) {
    empty.push(await whileIdle(await start([EMPTY]), sizes));
    tokwatt.push(await whileIdle(await startTokwatt(upstream.url), sizes));
    plain.push(await whileStreaming(await startTokwatt(upstream.url), sizes));
    mini.push(await whileStreaming(await startTokwatt(upstream.url, true), sizes));
    say(`round ${round} of ${sizes.rounds}`);
  }
  await upstream.stop();
  stopHost();
  report({ empty, tokwatt, plain, mini }, say);
  return 0;
}

const mib = (/** @type {readonly number[]} */ of = []) =>
  `${(median(of) / 1_048_576).toFixed(1)} MiB`;

/**
 * @param {{ empty: Idle[], tokwatt: Idle[], plain: number[], mini: number[] }} figures of each round
 * @param {(line: string) => void} say
 */
function report({ empty, tokwatt, plain, mini }, say) {
  for (const [name, key] of /** @type {const} */ ([
    ['all pages', 'pages'],
    ['data', 'data'],
  ])) {
    const [ours, theirs] = [tokwatt, empty].map((of) => of.map((each) => each[key]));
    const { median: middle, low, high } = ratio(ours ?? [], theirs ?? []);
    say(`memory, ${name}: ${mib(ours)}, an empty program with a tray ${mib(theirs)}`);
    say(`  ×${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`);
  }
  const core = (/** @type {readonly number[]} */ of) => `${(median(of) * 100).toFixed(2)} %`;
  const shares = (/** @type {Idle[]} */ of) => core(of.map(({ share }) => share));
  const added = mini.map((share, round) => share - (plain[round] ?? NaN));
  say(`idle, of a core: ${shares(tokwatt)}, the empty program ${shares(empty)}`);
  say(
    `while 40 tokens a second pass, of a core: ${core(plain)}, with the mini monitor ${core(mini)}`,
  );
  say(`  the mini monitor adds ${core(added)}`);
}
