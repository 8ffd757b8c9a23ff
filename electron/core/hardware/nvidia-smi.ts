import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { createLineSplitter } from './lines.ts';
import { NVIDIA_SMI_FIELDS, parseNvidiaSmiLine } from './nvidia-smi-output.ts';
import { findNvidiaSmi } from './nvidia-smi-path.ts';
import type { GpuSource, GpuSourceEvents, GpuSourceRun, SourceReading } from './source.ts';

/** A pause of this length ends a block of lines, milliseconds. */
const QUIET_MS = 60;
const KILL_AFTER_MS = 1000;

export interface NvidiaSmiOptions {
  /** The executable; searched for by default. */
  readonly path?: string;
}

type SmiProcess = ChildProcessByStdio<null, Readable, Readable>;

/** NVIDIA GPUs, read from one long-lived `nvidia-smi` that prints one block an interval. */
export function createNvidiaSmiSource(options: NvidiaSmiOptions = {}): GpuSource {
  return {
    name: 'nvidia-smi',
    lookedFor: 'nvidia-smi (NVIDIA)',
    open: (events, intervalMs) => openRun(options, events, intervalMs),
  };
}

function openRun(
  options: NvidiaSmiOptions,
  events: GpuSourceEvents,
  intervalMs: number,
): GpuSourceRun {
  let stopped = false;
  let child: SmiProcess | null = null;
  const isStopped = (): boolean => stopped;
  const end = (note: string): void => {
    if (stopped) return;
    stopped = true;
    events.ended(note);
  };
  const launched = (async () => {
    const path = options.path ?? (await findNvidiaSmi());
    if (isStopped()) return;
    if (path === null) {
      end('nvidia-smi is not installed');
      return;
    }
    child = launch(path, intervalMs);
    watch(
      child,
      (gpus) => {
        if (!stopped) events.readings(gpus);
      },
      end,
    );
  })();
  launched.catch((error: unknown) => end(`nvidia-smi could not be started: ${String(error)}`));
  return {
    async stop() {
      stopped = true;
      await launched.catch(() => undefined);
      if (child !== null) await kill(child);
    },
  };
}

function launch(path: string, intervalMs: number): SmiProcess {
  const args = [
    `--query-gpu=${NVIDIA_SMI_FIELDS.join(',')}`,
    '--format=csv,noheader,nounits',
    `--loop-ms=${intervalMs}`,
  ];
  return spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
}

function watch(
  child: SmiProcess,
  onBlock: (gpus: readonly SourceReading[]) => void,
  onEnd: (note: string) => void,
): void {
  const blocks = createBlockAssembler(onBlock);
  // The tool prints failures to standard output or standard error.
  let lastWords = '';
  const keep = (line: string): void => {
    if (line.trim() !== '') lastWords = line.trim().slice(0, 200);
  };
  const onLine = createLineSplitter((line) => {
    const reading = parseNvidiaSmiLine(line);
    if (reading === null) {
      keep(line);
    } else {
      lastWords = '';
      blocks.add(reading);
    }
  });
  child.stdout.on('data', onLine);
  child.stderr.on('data', createLineSplitter(keep));
  child.on('error', (error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT';
    blocks.close();
    onEnd(missing ? 'nvidia-smi is not installed' : `nvidia-smi failed: ${error.message}`);
  });
  // `close` comes after the last output; `exit` may come before it.
  child.on('close', (code, signal) => {
    blocks.close();
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    onEnd(`nvidia-smi ended (${how})${lastWords === '' ? '' : `: ${lastWords}`}`);
  });
}

export interface BlockAssembler {
  add(reading: SourceReading): void;
  /** Delivers the lines collected so far. */
  close(): void;
}

/**
 * Collects the lines of one block. A block is complete when the GPU indexes start again or after a
 * pause, because the tool prints no end mark.
 */
export function createBlockAssembler(
  onBlock: (gpus: readonly SourceReading[]) => void,
  quietMs: number = QUIET_MS,
): BlockAssembler {
  let block: SourceReading[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const complete = block;
    block = [];
    if (complete.length > 0) onBlock(complete);
  };
  return {
    add(reading) {
      const last = block.at(-1);
      if (last !== undefined && reading.index <= last.index) flush();
      block.push(reading);
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(flush, quietMs);
    },
    close: flush,
  };
}

/** Ends the child, by force if SIGTERM does not help. Resolves when it is gone. */
function kill(child: SmiProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    child.once('exit', () => {
      clearTimeout(force);
      // A grandchild may keep the pipes open. Their content is no longer needed.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve();
    });
    child.kill();
  });
}
