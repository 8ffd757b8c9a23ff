import { totalmem } from 'node:os';
import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import { sentence } from '../../../../shared/sentences.ts';
import type { Message } from '../../../../shared/sentences.ts';
import { createAppleSource, readIoreg } from './apple-ioreg.ts';
import { startLineProcess } from '../child-process/line-process.ts';
import type { LineProcess } from '../child-process/line-process.ts';
import { parseMacmonLine } from './macmon-output.ts';
import type { MacmonSample } from './macmon-output.ts';
import { findMacmon } from './macmon-path.ts';
import type { GpuSource, GpuSourceEvents, GpuSourceRun, SourceReading } from '../source.ts';

/**
 * macmon's interval, milliseconds. It is the same at every pace, because a change would start the
 * program again at each exchange. A figure is the mean of an interval.
 */
const MACMON_MS = 500;
/** Time between two questions to the registry for the GPU's memory and name, milliseconds. */
const REGISTRY_MS = 3000;

export interface AppleGpuOptions {
  /** The program `macmon`; searched for by default. Null: there is none. */
  readonly macmon?: string | null;
  readonly ioreg?: string;
  /** Bytes of memory shared with the processor; the machine's total by default. */
  readonly memoryBytes?: number;
}

type Registry = (memoryBytes: number) => Promise<readonly SourceReading[]>;

/**
 * The GPU of a Mac: power, temperature and clock from macmon where it is installed, memory and name
 * from the I/O registry. Without macmon, or if it cannot read this Mac, only the registry is read.
 */
export function createAppleGpuSource(options: AppleGpuOptions = {}): GpuSource {
  const { ioreg = 'ioreg', memoryBytes = totalmem() } = options;
  const registry = createAppleSource({ path: ioreg, memoryBytes });
  let isUseless = false;
  return {
    name: 'apple',
    lookedFor: sentence('looked_macmon'),
    open: (events, intervalMs) =>
      new AppleRun({
        events,
        find: () => (isUseless ? Promise.resolve(null) : macmonPath(options)),
        fallBack: (to) => registry.open(to, intervalMs),
        registry: () => readIoreg(ioreg, memoryBytes),
        onUseless: () => (isUseless = true),
      }),
  };
}

function macmonPath({ macmon }: AppleGpuOptions): Promise<string | null> {
  return macmon === undefined ? findMacmon() : Promise.resolve(macmon);
}

interface AppleRunOptions {
  readonly events: GpuSourceEvents;
  readonly find: () => Promise<string | null>;
  readonly fallBack: (events: GpuSourceEvents) => GpuSourceRun;
  readonly registry: () => ReturnType<Registry>;
  /** macmon ended without one reading, as it does on a Mac with an Intel processor. */
  readonly onUseless: () => void;
}

class AppleRun implements GpuSourceRun {
  readonly #options: AppleRunOptions;
  readonly #launched: Promise<void>;
  #isStopped = false;
  #process: LineProcess | null = null;
  #fallback: GpuSourceRun | null = null;
  #registry: SourceReading | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** True once a power above 0 was told. Until then, 0 may mean that this Mac has no such sensor. */
  #hasPower = false;
  #hasRead = false;

  constructor(options: AppleRunOptions) {
    this.#options = options;
    this.#launched = this.#launch();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#launched;
    await Promise.all([this.#process?.stop(), this.#fallback?.stop()]);
  }

  /** Changes the pace of the registry alone; see {@link MACMON_MS}. */
  setIntervalMs(intervalMs: number): void {
    this.#fallback?.setIntervalMs?.(intervalMs);
  }

  readNow(): void {
    this.#fallback?.readNow?.();
  }

  async #launch(): Promise<void> {
    const path = await this.#options.find().catch(() => null);
    if (this.#isStopped) return;
    if (path === null) this.#fallBack();
    else this.#start(path);
  }

  #start(path: string): void {
    void this.#readRegistry();
    this.#process = startLineProcess({
      name: 'macmon',
      path,
      args: ['pipe', '-i', String(MACMON_MS)],
      onLine: (line) => this.#take(parseMacmonLine(line)),
      onEnd: (note) => this.#end(note),
    });
  }

  #take(sample: MacmonSample | null): boolean {
    if (sample === null) return false;
    this.#hasRead = true;
    this.#hasPower ||= (sample.gpuPowerW ?? 0) > 0;
    if (this.#isStopped) return true;
    const { events } = this.#options;
    events.readings([appleReading(sample, this.#registry, MACMON_MS, this.#hasPower)]);
    return true;
  }

  #end(note: Message): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    if (this.#hasRead) {
      this.#isStopped = true;
      this.#options.events.ended(note);
      return;
    }
    this.#options.onUseless();
    this.#fallBack();
  }

  #fallBack(): void {
    this.#fallback = this.#options.fallBack(this.#options.events);
  }

  /** The registry has what macmon does not tell. A question that hangs delays only itself. */
  async #readRegistry(): Promise<void> {
    const [gpu] = await this.#options.registry().catch(() => []);
    if (this.#isStopped) return;
    this.#registry = gpu ?? null;
    this.#timer = setTimeout(() => void this.#readRegistry(), REGISTRY_MS);
  }
}

/**
 * A reading from a sample of macmon and the registry's entry. A power of 0 is unknown while the GPU
 * works, and as long as no power was told at all.
 */
export function appleReading(
  sample: MacmonSample,
  registry: SourceReading | null,
  intervalMs: number,
  hasPower: boolean,
): SourceReading {
  const { gpuPowerW, utilizationPercent } = sample;
  const isZero = gpuPowerW === 0;
  const isUnknown = isZero && (!hasPower || (utilizationPercent ?? 0) > 0);
  return {
    index: 0,
    id: null,
    name: registry?.name ?? null,
    vendor: 'apple',
    utilizationPercent,
    memoryUsedBytes: registry?.memoryUsedBytes ?? null,
    memoryTotalBytes: sample.memoryTotalBytes ?? registry?.memoryTotalBytes ?? null,
    temperatureC: sample.temperatureC,
    powerW: isUnknown ? null : gpuPowerW,
    powerLimitW: null,
    energySensor: { counterJoules: null, counterRangeJoules: null, averagingMs: intervalMs },
    details: {
      ...NO_GPU_DETAILS,
      clockMHz: sample.clockMHz,
      fanPercent: sample.fanPercent,
      hasUnifiedMemory: true,
    },
  };
}
