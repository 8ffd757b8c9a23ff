// @ts-check
/** Starts the processes of the benchmark and queries their probes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ user: number, system: number }} Cpu microseconds
 * @typedef {{ p50: number, p99: number, max: number }} Delay milliseconds
 * @typedef {{ rss: number, heapUsed: number, external: number }} Memory bytes
 *
 * @typedef {object} Running
 * @property {string} url
 * @property {string | null} api the address of Tokwatt's API and page; null for the others
 * @property {number} pid
 * @property {() => Promise<Cpu>} cpu
 * @property {() => Promise<Memory>} memory after a collection
 * @property {() => Promise<null>} watchDelay
 * @property {() => Promise<Delay>} delay since `watchDelay`
 * @property {() => Promise<void>} stop
 */

const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const probed = ['--expose-gc', '--import', new URL('probe.mjs', import.meta.url).href];

/** The fast server behind all arms. */
export function startUpstream() {
  return start([file('upstream.mjs')]);
}

/** @param {string} upstream */
export function startPipe(upstream) {
  return start([...probed, file('pipe.mjs'), upstream]);
}

/** Starts the library's proxy. Returns null if the library is not installed. */
export function startLibrary(/** @type {string} */ upstream) {
  try {
    createRequire(import.meta.url).resolve('http-proxy');
  } catch {
    return null;
  }
  // The library calls a function that Node deprecates.
  return start(['--no-deprecation', ...probed, file('library-proxy.mjs'), upstream]);
}

/**
 * A line of `nvidia-smi` for one card. Its power changes, so that the energy meter has work.
 * @param {string} folder
 */
function writeGpuTool(folder) {
  const [before, after] = [
    '0, GPU-7, 12, 100, 8192, 40, ',
    ', 300.00, 300.00, 8.9, 01:00.0, NVIDIA L4',
  ];
  const line = `${before}$w.00, $w.00, $w.50${after}`;
  const loop = `w=50; while echo "${line}"; do w=$((50 + (w + 37) % 200)); sleep 0.2; done`;
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n${loop}\n`, { mode: 0o755 });
}

/**
 * Starts the built headless Tokwatt with its own data folder, or in `dataDir`, which stays. With `hasGpu`, a script in
 * place of `nvidia-smi` tells readings of a GPU, so that the energy meter runs.
 * @param {string} upstream
 * @param {{ script: string, nodeArgs?: readonly string[], hasGpu?: boolean, dataDir?: string }} options
 */
export async function startTokwatt(upstream, options) {
  const { script, nodeArgs = [], hasGpu = false } = options;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'tokwatt-bench-'));
  const ports = ['--proxy-port', '0', '--api-port', '0'];
  const flags = [...ports, '--data-dir', dataDir, '--upstream', upstream, '--log-level', 'warn'];
  if (hasGpu) writeGpuTool(dataDir);
  const path = [...(hasGpu ? [dataDir] : []), process.env.PATH ?? ''].join(delimiter);
  const running = await start([...probed, ...nodeArgs, script, ...flags], path);
  return {
    ...running,
    stop: async () => {
      await running.stop();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Returns the addresses of a started process. Tokwatt prints them; the other proxies send theirs over IPC.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ url: string | undefined, api: string | null }>}
 */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const { ready } = /** @type {{ ready?: string }} */ (message);
      if (ready !== undefined) resolve({ url: ready, api: null });
    });
    if (child.stdout === null) throw new Error('The output of the child is not a pipe.');
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{"event":"ready"')) return;
      const ready = /** @type {{ proxies: { url: string }[], api: string | null }} */ (
        JSON.parse(line)
      );
      resolve({ url: ready.proxies[0]?.url, api: ready.api });
    });
    child.once('exit', (code) =>
      reject(new Error(`${child.spawnargs.at(-1)}: ended with ${code}`)),
    );
  });
}

/**
 * @param {readonly string[]} args
 * @param {string} [path] the PATH of the process
 * @returns {Promise<Running>}
 */
async function start(args, path = process.env.PATH) {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, PATH: path },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  /** @type {Map<number, (answer: unknown) => void>} */
  const asked = new Map();
  let last = 0;
  /** @param {string} question */
  const ask = (question) =>
    new Promise((resolve) => {
      last += 1;
      asked.set(last, resolve);
      child.send({ id: last, ask: question });
    });
  child.on('message', (message) => {
    const { id, answer } = /** @type {{ id?: number, answer?: unknown }} */ (message);
    if (id !== undefined) asked.get(id)?.(answer);
  });
  const { url, api } = await addressOf(child);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return /** @type {Running} */ ({
    url,
    api,
    pid: child.pid ?? 0,
    cpu: () => ask('cpu'),
    memory: () => ask('memory'),
    watchDelay: () => ask('watchDelay'),
    delay: () => ask('delay'),
    stop,
  });
}
