/** Starts the built headless Tokwatt in a plain Node process, as a user does. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { ActivityRecord } from '../../shared/usage.ts';
import type { Wire } from '../../shared/wire.ts';
import { tokenOf } from './control-api.ts';

export const HEADLESS = resolve(import.meta.dirname, '../../dist/headless.cjs');

export interface Headless {
  readonly process: ChildProcess;
  /** Base URLs of the proxies, in the order of the upstreams. */
  readonly proxies: readonly { readonly upstream: string; readonly url: string }[];
  readonly proxy: string;
  readonly api: string;
  readonly dataDir: string;
  /** The standard error output so far. */
  readonly stderr: () => string;
  /** Sends a GET with the API token and returns the JSON. */
  readonly get: (path: string) => Promise<unknown>;
  /** The latest records. Waits until there are at least `count`. */
  readonly activity: (count: number) => Promise<Wire<ActivityRecord>[]>;
  /** Sends the signal and returns the exit status. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

interface HeadlessOptions {
  /** Whether flags choose free ports, which is the default, or the settings say which. */
  readonly ports?: 'free' | 'settings';
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** If given, it is kept after stop(). The default is a temporary folder. */
  readonly dataDir?: string;
  /**
   * A program that executes Node, with its arguments: `setpriv …`, `bash -c 'ulimit …; exec "$@"'
   * …`.
   */
  readonly through?: readonly string[];
  /** The file that Node runs, `HEADLESS` by default. */
  readonly script?: string;
}

/** The output of a run that ended by itself. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { through = [], script = HEADLESS }: Pick<HeadlessOptions, 'through' | 'script'> = {},
): ChildProcess {
  if (!existsSync(script)) throw new Error(`${script} is missing; run npm run build.`);
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TOKWATT_|OLLAMA_|LOG_LEVEL)/.test(name)),
  );
  const [command = process.execPath, ...rest] = [...through, process.execPath, script, ...args];
  return spawn(command, rest, { env: { ...clean, ...env } });
}

/** Runs until the process ends, for `--help` and for invalid input. */
export async function runHeadless(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const child = launch(args, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');
  return { status: child.exitCode, stdout, stderr };
}

/** Starts Tokwatt and waits for the ready line. Uses free ports unless the options set others. */
export async function startHeadless(options: HeadlessOptions = {}): Promise<Headless> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
  const ports = options.ports === 'settings' ? [] : ['--proxy-port', '0', '--api-port', '0'];
  const child = launch(
    ['--data-dir', dataDir, ...ports, ...(options.args ?? [])],
    options.env ?? {},
    options,
  );
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ready = await readyLine(child, () => stderr);
  const get = async (path: string): Promise<unknown> => {
    const token = options.env?.TOKWATT_API_TOKEN ?? tokenOf({ dataDir });
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${ready.api}${path}`, { headers })).json();
  };
  return {
    process: child,
    ...ready,
    proxy: ready.proxies[0]?.url ?? '',
    dataDir,
    stderr: () => stderr,
    get,
    activity: (count) => waitForActivity(get, count),
    stop: async (signal = 'SIGTERM') => {
      const isAlive = child.exitCode === null && child.signalCode === null;
      const closed = isAlive ? once(child, 'close') : null;
      child.kill(signal);
      await closed;
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}

async function readyLine(
  child: ChildProcess,
  stderr: () => string,
): Promise<Pick<Headless, 'proxies' | 'api'>> {
  if (child.stdout === null) throw new Error('no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as { event: string } & Pick<Headless, 'proxies' | 'api'>;
    if (message.event === 'ready') {
      child.stdout.resume();
      return message;
    }
  }
  throw new Error(`Tokwatt ended before it was ready: ${stderr()}`);
}

async function waitForActivity(
  get: (path: string) => Promise<unknown>,
  count: number,
): Promise<Wire<ActivityRecord>[]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { activity } = (await get('/api/activity?limit=1000')) as {
      activity: Wire<ActivityRecord>[];
    };
    if (activity.length >= count) return activity;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`There were never ${count} records.`);
}
