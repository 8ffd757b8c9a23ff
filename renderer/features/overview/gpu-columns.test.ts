import { describe, expect, it } from 'vitest';
import type { GpuPoint } from '../../../shared/gpu-history.ts';
import { toGpuColumns } from './gpu-columns.ts';

const point = (at: number, index: number, powerW: number): GpuPoint => ({
  ...{ at, index, id: index === 0 ? 'GPU-0' : null, name: 'card', powerW, powerMax: powerW },
  ...{ utilizationPercent: null, utilizationMax: null, memoryUsedBytes: null, memoryUsedMax: null },
  ...{ utilizationMin: null, memoryUsedMin: null, temperatureMin: null, powerMin: powerW },
  ...{ memoryTotalBytes: null, temperatureC: null, temperatureMax: null, powerLimitW: null },
});

describe('toGpuColumns', () => {
  it('puts all GPUs on one axis, with gaps where one has no point', () => {
    const { times, byGpu } = toGpuColumns([point(20, 0, 2), point(10, 0, 1), point(20, 1, 5)]);
    expect(times).toEqual([10, 20]);
    expect(byGpu.get('GPU-0')?.map((each) => each?.powerW)).toEqual([1, 2]);
    expect(byGpu.get('1')?.map((each) => each?.powerW ?? null)).toEqual([null, 5]);
  });
});
