import type { GpuReading, GpuState } from '../../../shared/gpu.ts';
import type { MachineReading } from '../../../shared/machine.ts';
import type { LoadedModel } from '../../../shared/slices.ts';
import type { ExchangeWatch } from '../meter/exchange-watch.ts';
import { NO_CONTEXT } from './context.ts';
import type { ExchangeContext } from './context.ts';
import { GpuFold } from './gpu-fold.ts';

export interface CircumstancesOptions {
  /** The model as its server lists it; null if it does not. */
  readonly loadedModel: (upstream: string, model: string | null) => LoadedModel | null;
  /** True if an upstream's server is on this machine, so that the readings describe it. */
  readonly isLocal: (upstream: string) => boolean;
  /** The newest reading of the machine; null if nothing reads it. */
  readonly machine: () => MachineReading | null;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Exchanges in flight at one upstream, as an integral over time. */
interface Crowd {
  inFlight: number;
  /** Exchanges × milliseconds up to `at`. */
  integral: number;
  at: number;
}

/** Gathers the circumstances of all exchanges in flight. A reading costs a few sums for each. */
export class Circumstances {
  readonly #options: CircumstancesOptions;
  readonly #open = new Set<Gathering>();
  readonly #crowds = new Map<string, Crowd>();
  #readAt: number | null = null;

  constructor(options: CircumstancesOptions) {
    this.#options = options;
  }

  /** Exchanges whose circumstances are gathered now. */
  get inFlight(): number {
    return this.#open.size;
  }

  /** Begins with an exchange whose request was just sent. */
  watch(upstream: string, model: string | null): Gathering {
    const crowd = this.#crowdOf(upstream);
    crowd.inFlight += 1;
    const gathering: Gathering = new Gathering({
      before: crowd.integral,
      sentAt: crowd.at,
      isLocal: this.#options.isLocal(upstream),
      onStop: () => this.#stop(gathering, upstream, model),
    });
    this.#open.add(gathering);
    return gathering;
  }

  /** Takes a state of the GPUs. The same readings count once. */
  onGpu({ status, at, gpus }: GpuState): void {
    if (status !== 'live' || at === null || at === this.#readAt) return;
    this.#readAt = at;
    for (const gathering of this.#open) gathering.onGpus(gpus);
  }

  #stop(gathering: Gathering, upstream: string, model: string | null): ExchangeContext {
    this.#open.delete(gathering);
    const { integral, at } = this.#crowdOf(upstream);
    this.#leave(upstream);
    const ms = at - gathering.sentAt;
    const { loadedModel, machine } = this.#options;
    return {
      loadedModel: loadedModel(upstream, model),
      meanInFlight: ms > 0 ? (integral - gathering.before) / ms : null,
      gpus: gathering.gpus,
      machine: gathering.isLocal ? machine() : null,
    };
  }

  /** The exchanges at an upstream, counted up to now. */
  #crowdOf(upstream: string): Crowd {
    const now = this.#options.now();
    const crowd = this.#crowds.get(upstream) ?? { inFlight: 0, integral: 0, at: now };
    crowd.integral += crowd.inFlight * (now - crowd.at);
    crowd.at = now;
    this.#crowds.set(upstream, crowd);
    return crowd;
  }

  #leave(upstream: string): void {
    const crowd = this.#crowdOf(upstream);
    crowd.inFlight -= 1;
    if (crowd.inFlight <= 0) this.#crowds.delete(upstream);
  }
}

interface GatheringOptions {
  readonly before: number;
  readonly sentAt: number;
  readonly isLocal: boolean;
  readonly onStop: () => ExchangeContext;
}

/** Gathers the circumstances of one exchange until it is stopped. */
export class Gathering implements ExchangeWatch {
  readonly before: number;
  readonly sentAt: number;
  readonly isLocal: boolean;
  readonly #onStop: () => ExchangeContext;
  readonly #gpus = new Map<string, GpuFold>();
  #context: ExchangeContext | null = null;

  constructor({ before, sentAt, isLocal, onStop }: GatheringOptions) {
    this.before = before;
    this.sentAt = sentAt;
    this.isLocal = isLocal;
    this.#onStop = onStop;
  }

  get gpus(): ExchangeContext['gpus'] {
    return [...this.#gpus.values()].map((fold) => fold.result());
  }

  /** What was gathered; nothing before the end. */
  get context(): ExchangeContext {
    return this.#context ?? NO_CONTEXT;
  }

  onGpus(readings: readonly GpuReading[]): void {
    if (!this.isLocal) return;
    for (const reading of readings) {
      const key = reading.id ?? String(reading.index);
      const fold = this.#gpus.get(key) ?? new GpuFold(reading);
      this.#gpus.set(key, fold);
      fold.add(reading);
    }
  }

  stop(): void {
    this.#context ??= this.#onStop();
  }
}
