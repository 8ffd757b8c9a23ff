/**
 * Runs the desktop as a plain child process, to test its output, its exit status, and packages,
 * which refuse a debugger.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { vi } from 'vitest';
import type { spawnInDeletedFolder } from './deleted-folder.ts';
import { APPLICATION, SANDBOX_ARGS, electronExecutable, plainEnvironment } from './app.ts';

/** The line that the application prints once it listens on all ports. */
export interface ReadyLine {
  readonly event: 'ready';
  readonly proxies: readonly { readonly upstream: string; readonly url: string }[];
  readonly api: string;
}

export interface SpawnedApp {
  readonly process: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Standard error without the lines of Electron itself. */
  readonly said: () => string[];
  /** Waits for the ready line. */
  ready(): Promise<ReadyLine>;
  /** The exit status; null if a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it if it still runs. */
  dispose(): Promise<void>;
}

/** Starts the application from this checkout. */
export function spawnDesktop(
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
  start: typeof spawnInDeletedFolder = spawn,
): SpawnedApp {
  return spawnApp(electronExecutable(), [APPLICATION, ...flags], env, start);
}

/** Starts any executable that contains the application. */
export function spawnApp(
  executable: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  start: typeof spawnInDeletedFolder = spawn,
): SpawnedApp {
  const child = start(executable, [...SANDBOX_ARGS, ...args], {
    env: { ...plainEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'close').then(([status]) => status as number | null);
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    said: () => stderr.split('\n').filter((line) => line.startsWith('tokwatt: ')),
    ready: () => vi.waitFor(() => readyLine(stdout, stderr), { timeout: 30_000, interval: 50 }),
    exited,
    async dispose() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

function readyLine(stdout: string, stderr: string): ReadyLine {
  const line = stdout.split('\n').find((text) => text.includes('"event":"ready"'));
  if (line === undefined) throw new Error(`not ready yet: ${stdout}${stderr.slice(-2_000)}`);
  return JSON.parse(line) as ReadyLine;
}
