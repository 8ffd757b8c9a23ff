/** What the GPUs did over a range. */

/** One GPU in one bucket: means of the samples, with the least and the greatest reading. */
export interface GpuPoint {
  /** The start of the bucket, Unix milliseconds. */
  readonly at: number;
  readonly index: number;
  readonly id: string | null;
  readonly name: string;
  readonly utilizationPercent: number | null;
  readonly utilizationMin: number | null;
  readonly utilizationMax: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryUsedMin: number | null;
  readonly memoryUsedMax: number | null;
  readonly memoryTotalBytes: number | null;
  readonly temperatureC: number | null;
  readonly temperatureMin: number | null;
  readonly temperatureMax: number | null;
  readonly powerW: number | null;
  readonly powerMin: number | null;
  readonly powerMax: number | null;
  readonly powerLimitW: number | null;
}

/** The answer to `/api/gpu/history`: by bucket, then by GPU. */
export interface GpuHistory {
  readonly points: readonly GpuPoint[];
}

/** The power of a device while no exchange runs, watts. */
export interface IdlePower {
  /** The id of the GPU, or its maker and index if it has none. */
  readonly device: string;
  /** Null until enough idle time was seen. */
  readonly idleWatts: number | null;
  /** Without a loaded model; null until that was seen. */
  readonly emptyWatts: number | null;
  /** With a loaded model that waits; null until that was seen. */
  readonly loadedWatts: number | null;
  /** What a loaded model costs while it waits; null until the power with and without one is known. */
  readonly phantomWatts: number | null;
}

/** The answer to `/api/energy/idle`. */
export interface IdlePowers {
  readonly devices: readonly IdlePower[];
}
