import { expect, it } from 'vitest';
import { NO_GPU_DETAILS } from '../../../shared/gpu.ts';
import type { GpuReading } from '../../../shared/gpu.ts';
import { figuresOf } from './device-figures.ts';
import type { FigureWords } from './device-figures.ts';

const WORDS: FigureWords = {
  label: (key) => key,
  of: (used, total) => `${used} of ${total}`,
  pcie: ({ generation, width }) => `gen ${generation} × ${width}`,
  ...{ asleep: 'asleep', notReported: 'not reported' },
};
const GPU: GpuReading = {
  ...{ index: 0, id: null, name: 'GPU', vendor: 'amd', utilizationPercent: 12 },
  ...{ memoryUsedBytes: 2 ** 30, memoryTotalBytes: 2 ** 32, temperatureC: null },
  ...{ powerW: 55, powerLimitW: 300 },
};
const valuesOf = (gpu: GpuReading) =>
  Object.fromEntries(figuresOf(gpu, WORDS).map(({ key, value }) => [key, value]));

it('shows figures with their limits, and says what is not reported', () => {
  expect(valuesOf(GPU)).toEqual({
    ...{ utilization: '12 %', memory: '1.0 GiB of 4.0 GiB' },
    ...{ power: '55.0 W of 300 W', temperature: 'not reported' },
  });
});

it('adds the details that a source reports, with the link that would be possible', () => {
  const pcie = { generation: 4, width: 8, maxGeneration: 4, maxWidth: 16 };
  const details = { ...NO_GPU_DETAILS, fanPercent: 0, clockMHz: 2_520, maxClockMHz: 3_105, pcie };
  expect(valuesOf({ ...GPU, details })).toMatchObject({
    ...{ fan: '0 %', clock: '2,520 MHz of 3,105 MHz', pcie: 'gen 4 × 8 of gen 4 × 16' },
  });
});

it('says that a sleeping GPU sleeps', () => {
  expect(valuesOf({ ...GPU, isAsleep: true, powerW: null }).power).toBe('asleep');
});
