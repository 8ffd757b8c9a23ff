import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sentence } from '../../../../shared/sentences.ts';
import type { Message } from '../../../../shared/sentences.ts';
import { createBlockAssembler } from '../child-process/block-assembler.ts';
import { findExecutable } from '../child-process/executable-path.ts';
import { startLineProcess } from '../child-process/line-process.ts';
import type { LineProcess } from '../child-process/line-process.ts';
import type { GpuSource, GpuSourceEvents, GpuSourceRun } from '../source.ts';
import { parseXpuDiscovery, parseXpuHead, parseXpuLine, XPU_METRICS } from './xpu-smi-output.ts';
import type { XpuDevice } from './xpu-smi-output.ts';

export interface XpuSmiOptions {
  /** The program; searched for by default. Null: there is none. */
  readonly path?: string | null;
}

const ask = promisify(execFile);
/** The tool loads Intel's driver first, milliseconds. */
const LIMIT_MS = 12_000;

/**
 * Intel GPUs from one long-lived `xpu-smi dump`, where it is installed (Linux and Windows). With the right
 * to read them, it tells load and used memory also without a look at all processes.
 */
export function createXpuSmiSource(options: XpuSmiOptions = {}): GpuSource {
  return {
    name: 'xpu-smi',
    lookedFor: 'xpu-smi (Intel)',
    open: (events) => new XpuRun(options, events),
  };
}

class XpuRun implements GpuSourceRun {
  readonly #events: GpuSourceEvents;
  readonly #launched: Promise<void>;
  readonly #stopped = new AbortController();
  #process: LineProcess | null = null;
  #isOver = false;

  constructor(options: XpuSmiOptions, events: GpuSourceEvents) {
    this.#events = events;
    this.#launched = this.#launch(options).catch((error: unknown) =>
      this.#end(sentence('source_failed', { name: 'xpu-smi', words: String(error) })),
    );
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#stopped.abort();
    await this.#launched;
    await this.#process?.stop();
  }

  setIntervalMs(): void {
    // The pace is fixed: one second is the tool's shortest.
  }

  async #launch(options: XpuSmiOptions): Promise<void> {
    const path = options.path === undefined ? await findXpuSmi() : options.path;
    if (path === null) this.#end(sentence('source_not_installed', { name: 'xpu-smi' }));
    if (path === null || this.#isOver) return;
    const limits = { timeout: LIMIT_MS, signal: this.#stopped.signal, windowsHide: true };
    const devices = parseXpuDiscovery((await ask(path, ['discovery', '-j'], limits)).stdout);
    if (devices.length === 0) this.#end(sentence('source_no_gpu', { name: 'xpu-smi' }));
    else if (!this.#hasEnded()) this.#start(path, devices);
  }

  #start(path: string, devices: readonly XpuDevice[]): void {
    const blocks = createBlockAssembler((gpus) => {
      if (!this.#isOver) this.#events.readings(gpus);
    });
    let head: readonly string[] | null = null;
    this.#process = startLineProcess({
      ...{ name: 'xpu-smi', path },
      args: ['dump', '-d', devices.map(({ id }) => id).join(','), '--metrics', XPU_METRICS],
      onLine: (line) => {
        const columns = parseXpuHead(line);
        if (columns !== null) {
          head = columns;
          return true;
        }
        const reading = head === null ? null : parseXpuLine(line, head, devices);
        if (reading !== null) blocks.add(reading);
        return reading !== null;
      },
      onEnd: (note) => {
        blocks.close();
        this.#end(note);
      },
    });
  }

  /** A method, so that the value is read again after each wait. */
  #hasEnded(): boolean {
    return this.#isOver;
  }

  #end(note: Message): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.ended(note);
  }
}

function findXpuSmi(): Promise<string | null> {
  if (process.platform !== 'win32') return findExecutable('xpu-smi');
  const programs = process.env.ProgramFiles ?? 'C:\\Program Files';
  return findExecutable('xpu-smi.exe', { folders: [join(programs, 'Intel', 'XPU-SMI')] });
}
