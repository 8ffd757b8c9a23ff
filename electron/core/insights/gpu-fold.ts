import { THROTTLE_REASONS } from '../../../shared/gpu.ts';
import type { GpuReading, ThrottleReason } from '../../../shared/gpu.ts';
import type { GpuDuring, LinkDuring, OtherProcess } from './context.ts';
import { mayBeModelServer } from '../hardware/model-servers.ts';

/** From this utilisation on, a GPU counts as under load, percent. */
const UNDER_LOAD = 50;
/** Most processes followed for each GPU. */
const MAX_PROCESSES = 32;

/** The mean of the known values. */
class Mean {
  #sum = 0;
  #count = 0;

  add(value: number | null | undefined): void {
    if (value === null || value === undefined || !Number.isFinite(value)) return;
    this.#sum += value;
    this.#count += 1;
  }

  get value(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }
}

/** Folds the readings of one GPU during an exchange. */
export class GpuFold {
  #last: GpuReading;
  #samples = 0;
  #reasonSamples = 0;
  readonly #reasons = new Map<ThrottleReason, number>();
  readonly #utilization = new Mean();
  readonly #memoryUtilization = new Mean();
  readonly #clock = new Mean();
  readonly #power = new Mean();
  readonly #others = new Map<string, number>();
  #maxClock: number | null = null;
  #maxTemperature: number | null = null;
  #maxMemory: number | null = null;
  #link: LinkDuring | null = null;
  #linkSamples = 0;

  constructor(first: GpuReading) {
    this.#last = first;
  }

  add(reading: GpuReading): void {
    const { details } = reading;
    this.#last = reading;
    this.#samples += 1;
    this.#utilization.add(reading.utilizationPercent);
    this.#power.add(reading.powerW);
    this.#maxTemperature = highest(this.#maxTemperature, reading.temperatureC);
    this.#maxMemory = highest(this.#maxMemory, reading.memoryUsedBytes);
    if (details === undefined) return;
    this.#memoryUtilization.add(details.memoryUtilizationPercent);
    this.#clock.add(details.clockMHz);
    this.#maxClock = highest(this.#maxClock, details.maxClockMHz);
    this.#addReasons(details.throttleReasons);
    for (const { name, utilizationPercent } of details.processes ?? []) {
      this.#addProcess(name, utilizationPercent);
    }
    if ((reading.utilizationPercent ?? 0) >= UNDER_LOAD) this.#addLink(reading);
  }

  result(): GpuDuring {
    const { name, powerLimitW, memoryTotalBytes, details } = this.#last;
    return {
      name,
      samples: this.#samples,
      throttled: this.#throttled(),
      utilizationPercent: this.#utilization.value,
      memoryUtilizationPercent: this.#memoryUtilization.value,
      clockMHz: this.#clock.value,
      maxClockMHz: this.#maxClock,
      powerW: this.#power.value,
      powerLimitW,
      maxTemperatureC: this.#maxTemperature,
      maxMemoryUsedBytes: this.#maxMemory,
      memoryTotalBytes,
      hasUnifiedMemory: details?.hasUnifiedMemory ?? null,
      link: this.#link === null ? null : { ...this.#link, samples: this.#linkSamples },
      other: this.#other(),
    };
  }

  #addReasons(reasons: readonly ThrottleReason[] | null): void {
    if (reasons === null) return;
    this.#reasonSamples += 1;
    for (const reason of reasons) this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  #addProcess(name: string | null, utilization: number | null): void {
    if (name === null || utilization === null || mayBeModelServer(name)) return;
    if (this.#others.size >= MAX_PROCESSES && !this.#others.has(name)) return;
    this.#others.set(name, (this.#others.get(name) ?? 0) + utilization);
  }

  #addLink({ details }: GpuReading): void {
    const { generation, width, maxGeneration, maxWidth } = details?.pcie ?? {};
    if (generation === undefined || width === undefined) return;
    this.#linkSamples += 1;
    // What card and slot can do is not known everywhere; without it, nothing is below it.
    const most = { maxGeneration: maxGeneration ?? generation, maxWidth: maxWidth ?? width };
    const isBelow = generation < most.maxGeneration || width < most.maxWidth;
    if (!isBelow) return;
    const below = (this.#link?.below ?? 0) + 1;
    this.#link = { samples: 0, below, generation, width, ...most };
  }

  #throttled(): GpuDuring['throttled'] {
    if (this.#reasonSamples === 0) return null;
    const share = (reason: ThrottleReason): number =>
      (this.#reasons.get(reason) ?? 0) / this.#reasonSamples;
    const shares = THROTTLE_REASONS.map((reason) => [reason, share(reason)] as const);
    return Object.fromEntries(shares) as Record<ThrottleReason, number>;
  }

  #other(): OtherProcess | null {
    const [most] = [...this.#others].sort((a, b) => b[1] - a[1]);
    if (most === undefined) return null;
    return { name: most[0], utilizationPercent: most[1] / this.#samples };
  }
}

function highest(before: number | null, value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return before;
  return before === null ? value : Math.max(before, value);
}
