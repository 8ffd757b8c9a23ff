/** Starts a real llama-server for tests. Its own `/metrics` serve as the expected values. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { findLlamaServer } from '../../scripts/setup/llama-server.mjs';
import type { LlamaServer } from '../../scripts/setup/llama-server.mjs';

export type { LlamaServer };

export interface LlamaServerOptions {
  /**
   * `chat` generates thousands of tokens a second. `slow` generates about a hundred and stops only
   * at its token limit. `router` serves both by name and loads them on demand.
   */
  readonly model: 'chat' | 'slow' | 'router';
  /** Additional flags, such as `--embeddings --pooling mean` or `--reranking`. */
  readonly args?: readonly string[];
}

/** Counters since the start. A prompt's whole length is `promptTokens + cachedPromptTokens`. */
export interface LlamaMetrics {
  /** Processed prompt tokens, without those from the cache. */
  readonly promptTokens: number;
  readonly cachedPromptTokens: number;
  readonly outputTokens: number;
}

export interface RunningLlamaServer {
  readonly url: string;
  readonly port: number;
  /** For a router, `model` selects the server whose metrics are read. */
  metrics(model?: string): Promise<LlamaMetrics>;
  /** Stops it. Resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * The models are tiny, so more threads make nothing faster. By default, llama-server starts one for
 * each core, and they wait for work in a busy loop, which slows down all other tests.
 */
const LIGHT = ['--threads', '1', '--poll', '0'];
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;

/**
 * The prepared llama-server, or the reason why there is none, for `describe.skipIf`. It prepares
 * nothing itself; `npm test` and `node scripts/setup/llama-server.mjs` do. `npm test` passes its
 * reason in TOKWATT_LLAMA_REASON.
 */
export function llamaServerOrReason(): LlamaServer | string {
  const found = findLlamaServer();
  return found.available ? found : (process.env.TOKWATT_LLAMA_REASON ?? found.reason);
}

/**
 * Starts a llama-server on a free port of 127.0.0.1 and waits until its model is loaded.
 * @throws {Error} if it is not prepared or does not start; the message has its last output
 */
export async function startLlamaServer(options: LlamaServerOptions): Promise<RunningLlamaServer> {
  const llama = llamaServerOrReason();
  if (typeof llama === 'string') throw new Error(`llama-server is not available: ${llama}`);
  const model =
    options.model === 'router'
      ? ['--models-dir', llama.models.folder]
      : ['-m', llama.models[options.model]];
  const address = ['--host', '127.0.0.1', '--port', '0'];
  const given = [...model, ...address, ...LIGHT, '--metrics', ...(options.args ?? [])];
  const { command, args } = llama.run(given);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  child.once('exit', () => process.off('exit', killAtExit));
  const stop = (): Promise<void> => end(child);
  try {
    const url = await listeningUrl(child);
    await untilHealthy(url, child);
    return {
      url,
      port: Number(new URL(url).port),
      metrics: (name) => readMetrics(url, name),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads the output until it has the address. Later output is read and dropped. */
function listeningUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    const limit = setTimeout(() => {
      reject(new Error(`llama-server did not start in time: ${log.slice(-2000)}`));
    }, START_LIMIT_MS);
    const read = (text: string): void => {
      log = (log + text).slice(-20_000);
      const url = /listening on (http:\/\/\S+)/.exec(log)?.[1];
      if (url === undefined) return;
      clearTimeout(limit);
      resolve(url);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`llama-server ended with status ${code ?? 'none'}: ${log.slice(-2000)}`));
    });
  });
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('llama-server listens and did not become healthy');
}

async function readMetrics(url: string, model: string | undefined): Promise<LlamaMetrics> {
  const query = model === undefined ? '' : `?model=${encodeURIComponent(model)}`;
  const answer = await fetch(`${url}/metrics${query}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}: ${text}`);
  const value = (name: string): number => {
    const found = new RegExp(`^llamacpp:${name} (\\S+)$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`/metrics has no ${name}`);
    return Number(found);
  };
  return {
    promptTokens: value('prompt_tokens_total'),
    cachedPromptTokens: value('prompt_tokens_cached_total'),
    outputTokens: value('tokens_predicted_total'),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(limit);
}
