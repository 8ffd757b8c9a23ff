import type { GpuPoint } from '../../../shared/gpu-history.ts';

/** The key of a GPU, the same in the history and in the present readings. */
export function gpuKey({ id, index }: Pick<GpuPoint, 'id' | 'index'>): string {
  return id ?? String(index);
}

/** Each GPU's points on one axis of time; null where one has none. */
export interface GpuColumns {
  readonly times: readonly number[];
  readonly byGpu: ReadonlyMap<string, readonly (GpuPoint | null)[]>;
}

export function toGpuColumns(points: readonly GpuPoint[]): GpuColumns {
  const times = [...new Set(points.map(({ at }) => at))].sort((a, b) => a - b);
  const place = new Map(times.map((at, index) => [at, index]));
  const byGpu = new Map<string, (GpuPoint | null)[]>();
  for (const point of points) {
    const key = gpuKey(point);
    const column = byGpu.get(key) ?? times.map(() => null);
    column[place.get(point.at) ?? 0] = point;
    byGpu.set(key, column);
  }
  return { times, byGpu };
}
