// @ts-check
/** The programs that the pictures are made with: a real llama-server, and Tokwatt in front of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../setup/project.mjs';

/**
 * @typedef {import('node:child_process').ChildProcess} ChildProcess
 * @typedef {import('../setup/llama-server.mjs').LlamaServer} LlamaServer
 * @typedef {{ url: string, stop: () => Promise<void> }} Served
 * @typedef {{ proxy: string, api: string, stop: () => Promise<void> }} Tokwatt
 * @typedef {{ proxies: [{ url: string }], api: string }} Ready
 */

const START_LIMIT_MS = 60_000;

/** The models are tiny, so more threads make nothing faster and take the time of the pictures. */
const LIGHT = ['--threads', '1', '--poll', '0'];

/**
 * Starts one server with both models, by their true names `chat` and `slow`.
 * @param {LlamaServer} llama
 * @returns {Promise<Served>}
 */
export async function serveModels(llama) {
  const address = ['--host', '127.0.0.1', '--port', '0'];
  const { command, args } = llama.run(['--models-dir', llama.models.folder, ...address, ...LIGHT]);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [, url = ''] = await untilSaid(child, /listening on (http:\/\/\S+)/);
  while (!(await isHealthy(url))) await new Promise((resolve) => setTimeout(resolve, 50));
  return { url, stop: () => end(child) };
}

/** @param {string} url */
async function isHealthy(url) {
  const answer = await fetch(`${url}/health`).catch(() => null);
  return answer?.ok === true;
}

/**
 * What the settings are in the pictures: content is kept, so that a request's detail has its conversation.
 * @param {string} dataDir
 */
export function writeSettings(dataDir) {
  const settings = { captures: { enabled: true } };
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(settings));
}

/**
 * Starts the built headless Tokwatt.
 * @param {string} upstream
 * @param {string} dataDir
 * @returns {Promise<Tokwatt>}
 */
export async function startTokwatt(upstream, dataDir) {
  const flags = ['--upstream', `llama=${upstream}`, '--data-dir', dataDir, '--log-level', 'error'];
  const ports = ['--proxy-port', '0', '--api-port', '0'];
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'dist', 'headless.cjs'), ...flags, ...ports],
    { env: plainEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = await untilSaid(child, /\{"event":"ready".*\}/);
  const ready = /** @type {Ready} */ (JSON.parse(line));
  return { proxy: ready.proxies[0].url, api: ready.api, stop: () => end(child) };
}

/** This process's environment without the variables that change Tokwatt or Electron. */
export function plainEnvironment() {
  const steering = /^(OLLAMA_|LOG_LEVEL$|TOKWATT_|ELECTRON_|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !steering.test(name)));
}

/**
 * Reads a program's output until it has what is waited for. Later output is read and dropped.
 * @param {ChildProcess} child
 * @param {RegExp} wanted
 * @returns {Promise<RegExpExecArray>}
 */
export function untilSaid(child, wanted) {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (/** @type {string} */ why) => {
      reject(new Error(`${child.spawnfile} ${why}: ${said.slice(-1000)}`));
    };
    const limit = setTimeout(() => fail('did not start in time'), START_LIMIT_MS);
    const read = (/** @type {Buffer} */ text) => {
      said = (said + text.toString()).slice(-20_000);
      const found = wanted.exec(said);
      if (found === null) return;
      clearTimeout(limit);
      resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(limit);
      fail('ended');
    });
  });
}

/**
 * Ends a program and waits for it.
 * @param {ChildProcess} child
 */
export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), 8_000);
  await gone;
  clearTimeout(limit);
}
