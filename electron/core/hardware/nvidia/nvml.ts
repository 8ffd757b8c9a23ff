import { existsSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sentence } from '../../../../shared/sentences.ts';
import type { Message } from '../../../../shared/sentences.ts';
import { besideBundle } from '../../bundle-file.ts';
import type { HelperProcess, StartHelper } from '../child-process/helper-process.ts';
import { nvmlFailure, nvmlReading } from './nvml-answers.ts';
import type { NvmlAnswers } from './nvml-answers.ts';
import { nvmlPaths } from './nvml-paths.ts';
import type { GpuSource, GpuSourceEvents, GpuSourceRun } from '../source.ts';
import { readText } from '../linux/sysfs.ts';

/** What the helper process is told. */
export interface NvmlCommand {
  readonly intervalMs?: number;
  /** Reads at once. */
  readonly isNow?: boolean;
}

/** What the helper process tells. */
export type NvmlMessage =
  | { readonly kind: 'answers'; readonly gpus: readonly NvmlAnswers[] }
  /** `code` is null if the library is not there or cannot be called. */
  | { readonly kind: 'failed'; readonly code: number | null; readonly note: string };

export interface NvmlOptions {
  readonly startHelper: StartHelper;
  /** The helper's file; by default the one beside the bundle. */
  readonly helperPath?: string;
  /** Whether this machine may have a GPU of NVIDIA. */
  readonly isLikely?: () => Promise<boolean>;
}

/** The helper's file beside the bundle. Its source is `nvml-helper.ts`. */
export const NVML_HELPER = 'nvml-helper.cjs';

/**
 * NVIDIA GPUs, read from the driver's library. The library runs in a process of its own, because a
 * crash or a hang in a driver must not become one of Tokwatt.
 */
export function createNvmlSource(options: NvmlOptions): GpuSource {
  return {
    name: 'nvml',
    lookedFor: sentence('looked_nvidia'),
    open: (events, intervalMs) => new NvmlRun(options, events, intervalMs),
  };
}

class NvmlRun implements GpuSourceRun {
  readonly #events: GpuSourceEvents;
  readonly #launched: Promise<void>;
  #intervalMs: number;
  #helper: HelperProcess | null = null;
  #isOver = false;
  /** GPUs that answered in this run. */
  readonly #seen = new Set<number>();

  constructor(options: NvmlOptions, events: GpuSourceEvents, intervalMs: number) {
    this.#events = events;
    this.#intervalMs = intervalMs;
    this.#launched = this.#launch(options).catch((error: unknown) => {
      this.#end(sentence('nvml_helper_not_started', { words: String(error) }));
    });
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#launched;
    await this.#helper?.kill();
  }

  setIntervalMs(intervalMs: number): void {
    this.#intervalMs = intervalMs;
    this.#post({ intervalMs });
  }

  readNow(): void {
    this.#post({ isNow: true });
  }

  async #launch(options: NvmlOptions): Promise<void> {
    const path = options.helperPath ?? besideBundle(NVML_HELPER);
    const isLikely = await (options.isLikely ?? mayHaveNvidia)();
    if (this.#isOver) return;
    if (!isLikely || path === null || !existsSync(path)) {
      this.#end(sentence('nvidia_not_installed'));
      return;
    }
    const helper = options.startHelper(path);
    this.#helper = helper;
    helper.onMessage((message) => this.#take(message as NvmlMessage));
    helper.onExit((how) => this.#end(sentence('nvml_helper_ended', { how })));
    this.#post({ intervalMs: this.#intervalMs });
  }

  #post(command: NvmlCommand): void {
    if (!this.#isOver) this.#helper?.postMessage(command);
  }

  #take(message: NvmlMessage): void {
    if (this.#isOver) return;
    if (message.kind === 'failed') {
      const { note, isProblem } =
        message.code === null
          ? { note: message.note, isProblem: false }
          : nvmlFailure(message.code);
      this.#end(note, isProblem);
      return;
    }
    const lost = message.gpus.find((gpu) => gpu.failure !== null && this.#seen.has(gpu.index));
    if (lost !== undefined) {
      this.#end(lossNote(lost), true);
      return;
    }
    for (const { index, failure } of message.gpus) if (failure === null) this.#seen.add(index);
    if (message.gpus.length === 0) this.#end(sentence('nvidia_no_gpu'));
    else this.#events.readings(message.gpus.map(nvmlReading));
  }

  #end(note: Message, isProblem = false): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#helper?.kill();
    this.#events.ended(note, isProblem);
  }
}

/** A GPU that was there and does not answer any more. */
function lossNote({ name, busId, failure }: NvmlAnswers): string {
  const gpu = `${name ?? 'A GPU'}${busId === null ? '' : ` at ${busId}`}`;
  return failure === 'lost'
    ? `${gpu} does not answer: it was unplugged or has failed (GPU is lost)`
    : `${gpu} needs a reset. Restart this machine`;
}

/**
 * Whether this machine may have a GPU of NVIDIA, so that no process is started in vain: the library
 * (Windows, LD_LIBRARY_PATH), the driver's devices, WSL's, or a card on the PCI bus whose driver is not loaded yet.
 */
async function mayHaveNvidia(): Promise<boolean> {
  if (process.platform === 'win32') return nvmlPaths('win32', process.env).some(existsSync);
  const folders = (process.env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  const libraries = folders.map((folder) => join(folder, 'libnvidia-ml.so.1'));
  for (const path of ['/dev/nvidiactl', '/proc/driver/nvidia', '/dev/dxg', ...libraries]) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return true;
  }
  const root = '/sys/bus/pci/devices';
  for (const address of await readdir(root).catch(() => [] as string[])) {
    const device = join(root, address);
    if ((await readText(join(device, 'vendor'))) !== '0x10de') continue;
    if ((await readText(join(device, 'class')))?.startsWith('0x03') === true) return true;
  }
  return false;
}
