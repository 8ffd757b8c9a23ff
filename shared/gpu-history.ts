/** Readings of one GPU in one bucket of time: means, and the greatest of the bucket. Unknown is null. */
export interface GpuPoint {
  /** The start of the bucket, Unix milliseconds. */
  readonly at: number;
  readonly index: number;
  readonly id: string | null;
  readonly name: string;
  readonly utilizationPercent: number | null;
  readonly utilizationMax: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryUsedMax: number | null;
  readonly memoryTotalBytes: number | null;
  readonly temperatureC: number | null;
  readonly temperatureMax: number | null;
  readonly powerW: number | null;
  readonly powerMax: number | null;
  readonly powerLimitW: number | null;
}

/** The answer of `GET /api/gpu/history`. */
export interface GpuHistory {
  readonly points: readonly GpuPoint[];
}
