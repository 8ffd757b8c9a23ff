import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cardPower, CardRest, unknownCard, unread } from './card-rest.ts';
import type { CardPower } from './card-rest.ts';
import { normalPciAddress } from '../pci-address.ts';
import type { GpuSource, GpuSourceEvents, GpuSourceRun, SourceReading } from '../source.ts';
import { readText } from './sysfs.ts';

export interface SleepAwareOptions {
  /** `/sys/bus/pci/devices` by default. */
  readonly root?: string;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const NVIDIA = '0x10de';
/** Begin of the class of display controllers: VGA and 3D. */
const DISPLAY_CLASS = '0x03';
/** At this pace or a faster one something runs, so the cards must be read. */
const WANTED_MS = 1_000;
const CHECK_MS = 1_000;

/**
 * A source for NVIDIA's cards (Linux) that neither wakes them nor keeps them awake: every question to
 * the driver wakes a sleeping laptop GPU. While all cards sleep, `inner` does not run, and the cards
 * are reported as asleep.
 */
export function sleepAware(inner: GpuSource, options: SleepAwareOptions = {}): GpuSource {
  const { fallback } = inner;
  return {
    name: inner.name,
    lookedFor: inner.lookedFor,
    ...(fallback === undefined ? {} : { fallback: sleepAware(fallback, options) }),
    open(events, intervalMs) {
      const run = new SleepAwareRun(inner, options, events, intervalMs);
      run.start();
      return run;
    },
  };
}

/** The NVIDIA cards on the PCI bus: address and power management. */
async function nvidiaCards(root: string): Promise<[string, CardPower][]> {
  const addresses = await readdir(root).catch(() => [] as string[]);
  const cards = await Promise.all(
    addresses.sort().map(async (address): Promise<[string, CardPower][]> => {
      const device = join(root, address);
      if ((await readText(join(device, 'vendor'))) !== NVIDIA) return [];
      const kind = await readText(join(device, 'class'));
      if (kind?.startsWith(DISPLAY_CLASS) !== true) return [];
      return [[address, await cardPower(device)]];
    }),
  );
  return cards.flat();
}

class SleepAwareRun implements GpuSourceRun {
  readonly #inner: GpuSource;
  readonly #root: string;
  readonly #now: () => number;
  readonly #events: GpuSourceEvents;
  readonly #rest = new CardRest();
  #intervalMs: number;
  #run: GpuSourceRun | null = null;
  #closing: Promise<void> = Promise.resolve();
  #last: readonly SourceReading[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(
    inner: GpuSource,
    options: SleepAwareOptions,
    events: GpuSourceEvents,
    intervalMs: number,
  ) {
    this.#inner = inner;
    this.#root = options.root ?? '/sys/bus/pci/devices';
    this.#now = options.now ?? (() => performance.now());
    this.#events = events;
    this.#intervalMs = intervalMs;
  }

  start(): void {
    this.#timer = setTimeout(() => void this.#check(), 0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#close();
    await this.#closing;
  }

  setIntervalMs(intervalMs: number): void {
    const isFaster = intervalMs < this.#intervalMs;
    this.#intervalMs = intervalMs;
    if (this.#run !== null) {
      if (this.#run.setIntervalMs === undefined) this.#close();
      else this.#run.setIntervalMs(intervalMs);
    }
    // A check that is in progress schedules the next one itself.
    if (!isFaster || this.#timer === null || this.#isStopped) return;
    clearTimeout(this.#timer);
    this.start();
  }

  readNow(): void {
    this.#run?.readNow?.();
  }

  async #check(): Promise<void> {
    this.#timer = null;
    const cards = await nvidiaCards(this.#root);
    await this.#closing;
    if (this.#isStopped) return;
    const power = {
      isSuspended: cards.length > 0 && cards.every(([, card]) => card.isSuspended),
      maySleep: cards.length > 0 && cards.every(([, card]) => card.maySleep),
    };
    const isWanted = this.#intervalMs <= WANTED_MS;
    const decision = this.#rest.decide(power, isWanted, this.#now());
    this.#timer = setTimeout(() => void this.#check(), Math.min(this.#intervalMs, CHECK_MS));
    if (decision === 'read') {
      this.#open();
      return;
    }
    this.#close();
    this.#events.readings(this.#unread(cards, decision === 'asleep'));
  }

  #open(): void {
    if (this.#run !== null) return;
    const events: GpuSourceEvents = {
      readings: (gpus) => {
        if (this.#isStopped || this.#run !== run) return;
        this.#last = gpus;
        for (const gpu of gpus) this.#rest.note(gpu, this.#now());
        this.#events.readings(gpus);
      },
      ended: (note, isProblem) => {
        if (this.#isStopped || this.#run !== run) return;
        this.#isStopped = true;
        if (this.#timer !== null) clearTimeout(this.#timer);
        this.#events.ended(note, isProblem);
      },
    };
    const run = this.#inner.open(events, this.#intervalMs);
    this.#run = run;
  }

  #close(): void {
    const run = this.#run;
    this.#run = null;
    if (run !== null) this.#closing = run.stop().catch(() => undefined);
  }

  #unread(cards: readonly [string, CardPower][], isAsleep: boolean): SourceReading[] {
    if (this.#last.length > 0) return this.#last.map((reading) => unread(reading, isAsleep));
    return cards.map(([address], index) =>
      unread(unknownCard('nvidia', index, normalPciAddress(address)), isAsleep),
    );
  }
}
