import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { sentence } from '../../../../shared/sentences.ts';
import type { Message } from '../../../../shared/sentences.ts';
import { createBlockAssembler } from '../child-process/block-assembler.ts';
import { endChild } from '../child-process/end-child.ts';
import { createLineSplitter } from '../child-process/lines.ts';
import { endNote, errorNote } from '../gpu-notes.ts';
import {
  isFieldRejection,
  NVIDIA_SMI_BASIC_FIELDS,
  NVIDIA_SMI_FIELDS,
  parseNvidiaSmiLine,
} from './nvidia-smi-output.ts';
import type { NvidiaSmiQuery } from './nvidia-smi-output.ts';
import { findNvidiaSmi } from './nvidia-smi-path.ts';
import type { GpuSource, GpuSourceEvents, GpuSourceRun, SourceReading } from '../source.ts';

const NAME = 'nvidia-smi';

/** The tool has no faster pace that is reliable, milliseconds. */
const FASTEST_MS = 200;
const SLOW_DOWN_MS = 180_000;

export interface NvidiaSmiOptions {
  /** The executable; searched for by default. */
  readonly path?: string;
  /** How long a slower pace must be wanted before the tool is started again for it. */
  readonly slowDownMs?: number;
}

type SmiProcess = ChildProcessByStdio<null, Readable, Readable>;

/** What later runs of a source know from earlier ones. */
interface Memory {
  /** The query that the driver accepts, as far as known. */
  query: NvidiaSmiQuery;
}

/**
 * NVIDIA GPUs, read from one long-lived `nvidia-smi` that prints one block an interval. If the driver
 * is too old for a field, the tool is started again with fewer, and so are all later runs.
 */
export function createNvidiaSmiSource(options: NvidiaSmiOptions = {}): GpuSource {
  const memory: Memory = { query: NVIDIA_SMI_FIELDS };
  return {
    name: NAME,
    lookedFor: 'nvidia-smi (NVIDIA)',
    open: (events, intervalMs) => new SmiRun(options, memory, events, intervalMs),
  };
}

class SmiRun implements GpuSourceRun {
  readonly #memory: Memory;
  readonly #events: GpuSourceEvents;
  readonly #slowDownMs: number;
  readonly #launched: Promise<void>;
  /** The pace of the running tool. */
  #paceMs: number;
  #path: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #child: SmiProcess | null = null;
  /** A child that was replaced and ends. */
  #ending: Promise<void> = Promise.resolve();

  constructor(
    options: NvidiaSmiOptions,
    memory: Memory,
    events: GpuSourceEvents,
    intervalMs: number,
  ) {
    this.#memory = memory;
    this.#events = events;
    this.#slowDownMs = options.slowDownMs ?? SLOW_DOWN_MS;
    this.#paceMs = Math.max(intervalMs, FASTEST_MS);
    this.#launched = this.#launch(options);
    this.#launched.catch((error: unknown) =>
      this.#end(sentence('source_not_started', { name: NAME, words: String(error) })),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#launched.catch(() => undefined);
    if (this.#child !== null) await endChild(this.#child);
    await this.#ending;
  }

  /**
   * The tool keeps the pace that it was started with, and a start takes a second. So a faster pace
   * is taken at once, and a slower one only when it was wanted for some minutes.
   */
  setIntervalMs(intervalMs: number): void {
    clearTimeout(this.#timer);
    const wantedMs = Math.max(intervalMs, FASTEST_MS);
    if (wantedMs === this.#paceMs || this.#stopped) return;
    const waitMs = wantedMs < this.#paceMs ? 0 : this.#slowDownMs;
    this.#timer = setTimeout(() => void this.#restart(wantedMs), waitMs);
  }

  async #restart(paceMs: number): Promise<void> {
    this.#paceMs = paceMs;
    const child = this.#child;
    const path = this.#path;
    // If none runs yet, it starts with the new pace.
    if (child === null || path === null) return;
    this.#child = null;
    this.#ending = endChild(child);
    await this.#ending;
    if (this.#isReplacing()) this.#start(path);
  }

  #isReplacing(): boolean {
    return !this.#stopped && this.#child === null;
  }

  async #launch(options: NvidiaSmiOptions): Promise<void> {
    const path = options.path ?? (await findNvidiaSmi());
    if (this.#stopped) return;
    if (path === null) this.#end(sentence('source_not_installed', { name: NAME }));
    else {
      this.#path = path;
      this.#start(path);
    }
  }

  #start(path: string): void {
    const { query } = this.#memory;
    const child = launch(path, query, this.#paceMs);
    this.#child = child;
    const isPresent = (): boolean => !this.#stopped && this.#child === child;
    watch(child, query, {
      block: (gpus) => {
        if (isPresent()) this.#events.readings(gpus);
      },
      end: (note) => {
        if (isPresent()) this.#end(note);
      },
      rejected: (note) => {
        if (!isPresent()) return;
        if (query === NVIDIA_SMI_BASIC_FIELDS) {
          this.#end(note);
          return;
        }
        this.#memory.query = NVIDIA_SMI_BASIC_FIELDS;
        this.#start(path);
      },
    });
  }

  #end(note: Message): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#events.ended(note);
  }
}

function launch(path: string, query: NvidiaSmiQuery, intervalMs: number): SmiProcess {
  const args = [
    `--query-gpu=${query.join(',')}`,
    '--format=csv,noheader,nounits',
    `--loop-ms=${intervalMs}`,
  ];
  return spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
}

interface ProcessEvents {
  block(gpus: readonly SourceReading[]): void;
  end(note: Message): void;
  /** The process is gone, because it does not know a field of the query. */
  rejected(note: Message): void;
}

function watch(child: SmiProcess, query: NvidiaSmiQuery, events: ProcessEvents): void {
  const blocks = createBlockAssembler((gpus) => events.block(gpus));
  let isRejected = false;
  // The tool prints failures to standard output or standard error.
  let lastWords = '';
  const keep = (line: string): void => {
    isRejected ||= isFieldRejection(line);
    if (line.trim() !== '') lastWords = line.trim().slice(0, 200);
  };
  const onLine = createLineSplitter((line) => {
    const reading = parseNvidiaSmiLine(line, query);
    if (reading === null) {
      keep(line);
    } else {
      lastWords = '';
      blocks.add(reading);
    }
  });
  child.stdout.on('data', onLine);
  child.stderr.on('data', createLineSplitter(keep));
  child.on('error', (error) => {
    blocks.close();
    events.end(errorNote(NAME, error));
  });
  // `close` comes after the last output; `exit` may come before it.
  child.on('close', (code, signal) => {
    blocks.close();
    const note = endNote(NAME, { code, signal }, lastWords);
    if (isRejected) events.rejected(note);
    else events.end(note);
  });
}
