import type { GpuReading, GpuState } from '../../../shared/gpu.ts';
import { mayBeModelServer } from '../hardware/model-servers.ts';

/** From this utilisation on, a GPU is at work, percent. */
const AT_WORK = 50;
/** The most that one reading vouches for: the machine may have slept since the one before, milliseconds. */
const MAX_STEP_MS = 30_000;
/** A process with a larger share explains the work, percent. */
const MUCH = 20;

/** A GPU that has been at work since the last exchange ended. */
export interface IdleWork {
  readonly gpu: string;
  readonly durationMs: number;
  readonly meanPowerW: number | null;
  readonly utilizationPercent: number;
  /** A program other than a model server that used it; null if none is told. */
  readonly otherProcess: string | null;
}

interface Span {
  readonly gpu: string;
  /** When it was last read, Unix milliseconds. */
  last: number;
  durationMs: number;
  samples: number;
  utilization: number;
  watts: number;
  wattSamples: number;
  otherProcess: string | null;
}

/** Follows GPUs that work while no exchange is in flight. */
export class IdleWorkWatch {
  readonly #spans = new Map<string, Span>();

  /** Takes a state of the GPUs, and whether an exchange is in flight. */
  onGpu({ status, at, gpus }: GpuState, isBusy: boolean): void {
    if (isBusy || status !== 'live' || at === null) {
      this.#spans.clear();
      return;
    }
    for (const gpu of gpus) this.#add(gpu, at);
  }

  get current(): readonly IdleWork[] {
    return [...this.#spans.values()].map((span) => ({
      gpu: span.gpu,
      durationMs: span.durationMs,
      meanPowerW: span.wattSamples === 0 ? null : span.watts / span.wattSamples,
      utilizationPercent: span.utilization / span.samples,
      otherProcess: span.otherProcess,
    }));
  }

  #add(gpu: GpuReading, at: number): void {
    const key = gpu.id ?? String(gpu.index);
    const { utilizationPercent: utilization, powerW } = gpu;
    if (utilization === null || utilization < AT_WORK) {
      this.#spans.delete(key);
      return;
    }
    const span = this.#spans.get(key) ?? begin(gpu.name, at);
    this.#spans.set(key, span);
    // A clock that was set back counts as no time.
    span.durationMs += Math.min(MAX_STEP_MS, Math.max(0, at - span.last));
    span.last = at;
    span.samples += 1;
    span.utilization += utilization;
    if (powerW !== null) {
      span.watts += powerW;
      span.wattSamples += 1;
    }
    const other = gpu.details?.processes?.find(
      ({ name, utilizationPercent }) =>
        name !== null && !mayBeModelServer(name) && (utilizationPercent ?? 0) >= MUCH,
    );
    span.otherProcess = other?.name ?? span.otherProcess;
  }
}

function begin(gpu: string, at: number): Span {
  return {
    gpu,
    last: at,
    durationMs: 0,
    samples: 0,
    utilization: 0,
    watts: 0,
    wattSamples: 0,
    otherProcess: null,
  };
}
