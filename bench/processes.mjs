// @ts-check
/** Starts the processes of the benchmark and queries their probes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ user: number, system: number }} Cpu microseconds
 * @typedef {{ p50: number, p99: number, max: number }} Delay milliseconds
 * @typedef {{ rss: number, heapUsed: number, external: number }} Memory bytes
 *
 * @typedef {object} Running
 * @property {string} url
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
 * Starts the built headless Tokwatt with its own data folder.
 * @param {string} upstream
 * @param {{ script: string, nodeArgs?: readonly string[] }} options
 */
export async function startTokwatt(upstream, { script, nodeArgs = [] }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-bench-'));
  const ports = ['--proxy-port', '0', '--api-port', '0'];
  const flags = [...ports, '--data-dir', dataDir, '--upstream', upstream, '--log-level', 'warn'];
  const running = await start([...probed, ...nodeArgs, script, ...flags]);
  return {
    ...running,
    stop: async () => {
      await running.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Returns the address of a started process. Tokwatt prints it; the other proxies send it over IPC.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string | undefined>}
 */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const { ready } = /** @type {{ ready?: string }} */ (message);
      if (ready !== undefined) resolve(ready);
    });
    const input = /** @type {import('node:stream').Readable} */ (child.stdout);
    createInterface({ input }).on('line', (line) => {
      if (!line.startsWith('{"event":"ready"')) return;
      const ready = /** @type {{ proxies: { url: string }[] }} */ (JSON.parse(line));
      resolve(ready.proxies[0]?.url);
    });
    child.once('exit', (code) =>
      reject(new Error(`${child.spawnargs.at(-1)}: ended with ${code}`)),
    );
  });
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<Running>}
 */
async function start(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
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
  const url = await addressOf(child);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return /** @type {Running} */ ({
    url,
    pid: child.pid ?? 0,
    cpu: () => ask('cpu'),
    memory: () => ask('memory'),
    watchDelay: () => ask('watchDelay'),
    delay: () => ask('delay'),
    stop,
  });
}
