import { cpus } from 'node:os';
import process from 'node:process';
import type {
  Footprint,
  FootprintMean,
  FootprintProcess,
  FootprintSample,
} from '../../../shared/footprint.ts';

/** Time between two looks, milliseconds. */
const INTERVAL_MS = 10_000;
const MINUTE_MS = 60_000;
/** A day of minutes. */
const MAX_HISTORY = 1_440;

/** Tells Tokwatt's processes apart. The desktop has more than one. */
export interface OwnProcesses {
  /** The use of each kind since the last call. */
  read(): readonly FootprintProcess[];
  isWindowOpen(): boolean;
}

interface FootprintOptions {
  /** Power of the processor packages now, watts; null if it is not measured. */
  readonly cpuPowerW: () => number | null;
  /** This process alone by default. */
  readonly processes?: OwnProcesses | undefined;
  /** Busy time of all cores since the system's start, milliseconds. */
  readonly busyMs?: () => number;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** Measures what Tokwatt itself uses, every ten seconds, and keeps a day of minutes in memory. */
export class OwnFootprint {
  readonly #options: FootprintOptions;
  readonly #processes: OwnProcesses;
  readonly #now: () => number;
  readonly #busyMs: () => number;
  readonly #history: FootprintSample[] = [];
  #minute: FootprintSample[] = [];
  #last: FootprintSample | null = null;
  #kinds: readonly FootprintProcess[] = [];
  #before: { readonly at: number; readonly busyMs: number } | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: FootprintOptions) {
    this.#options = options;
    this.#processes = options.processes ?? thisProcess();
    this.#now = options.now ?? Date.now;
    this.#busyMs = options.busyMs ?? busyMsOfAllCores;
  }

  get state(): Footprint {
    const history = this.#history;
    const means = [true, false].flatMap((isOpen) => meanOf(history, isOpen));
    return { current: this.#last, processes: this.#kinds, history: [...history], means };
  }

  start(): void {
    this.look();
    this.#timer = setInterval(() => this.look(), INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Looks now. The first look only begins the measurement. */
  look(): void {
    const at = this.#now();
    const busyMs = this.#busyMs();
    const kinds = this.#processes.read();
    const before = this.#before;
    this.#before = { at, busyMs };
    // A clock that was set gives no time to divide by.
    if (before === null || at <= before.at) return;
    this.#kinds = kinds;
    const cpuCores = sumOf(kinds, ({ cpuCores: cores }) => cores);
    const busyCores = (busyMs - before.busyMs) / (at - before.at);
    const sample = {
      ...{ at, cpuCores, memoryBytes: sumOf(kinds, ({ memoryBytes }) => memoryBytes) },
      estimatedPowerW: powerOf(this.#options.cpuPowerW(), cpuCores, busyCores),
      isWindowOpen: this.#processes.isWindowOpen(),
    };
    this.#last = sample;
    this.#keep(sample);
  }

  /** A minute in which the window was open for half of the time or more counts as open. */
  #keep(sample: FootprintSample): void {
    const [first] = this.#minute;
    const isSame =
      first === undefined || Math.floor(first.at / MINUTE_MS) === Math.floor(sample.at / MINUTE_MS);
    if (isSame) {
      this.#minute.push(sample);
      return;
    }
    const open = this.#minute.filter(({ isWindowOpen }) => isWindowOpen).length;
    const at = this.#minute.at(-1)?.at ?? sample.at;
    this.#history.push({
      ...{ at, ...figuresOf(this.#minute) },
      isWindowOpen: open * 2 >= this.#minute.length,
    });
    if (this.#history.length > MAX_HISTORY) this.#history.shift();
    this.#minute = [sample];
  }
}

type Figures = Pick<FootprintSample, 'cpuCores' | 'memoryBytes' | 'estimatedPowerW'>;

function figuresOf(samples: readonly FootprintSample[]): Figures {
  const powers = samples.flatMap(({ estimatedPowerW }) => estimatedPowerW ?? []);
  return {
    cpuCores: sumOf(samples, ({ cpuCores }) => cpuCores) / samples.length,
    memoryBytes: Math.round(sumOf(samples, ({ memoryBytes }) => memoryBytes) / samples.length),
    estimatedPowerW: powers.length === 0 ? null : sumOf(powers, (watts) => watts) / powers.length,
  };
}

function meanOf(history: readonly FootprintSample[], isWindowOpen: boolean): FootprintMean[] {
  const own = history.filter((each) => each.isWindowOpen === isWindowOpen);
  return own.length === 0 ? [] : [{ isWindowOpen, minutes: own.length, ...figuresOf(own) }];
}

/** Tokwatt's share of the busy time, which can be measured to be a little more than all of it. */
function powerOf(packageW: number | null, cpuCores: number, busyCores: number): number | null {
  if (packageW === null || busyCores <= 0) return null;
  return packageW * Math.min(1, cpuCores / busyCores);
}

function sumOf<T>(values: readonly T[], valueOf: (value: T) => number): number {
  return values.reduce((sum, value) => sum + valueOf(value), 0);
}

function busyMsOfAllCores(): number {
  return sumOf(cpus(), ({ times }) => times.user + times.nice + times.sys + times.irq);
}

/** Plain Node: all threads are in one process. Child processes that read GPUs are not counted. */
function thisProcess(): OwnProcesses {
  let before = { ...process.cpuUsage(), at: performance.now() };
  return {
    read() {
      const now = { ...process.cpuUsage(), at: performance.now() };
      const usedMs = (now.user + now.system - before.user - before.system) / 1_000;
      const cpuCores = now.at > before.at ? usedMs / (now.at - before.at) : 0;
      before = now;
      return [{ kind: 'core', cpuCores, memoryBytes: process.memoryUsage.rss() }];
    },
    isWindowOpen: () => false,
  };
}
