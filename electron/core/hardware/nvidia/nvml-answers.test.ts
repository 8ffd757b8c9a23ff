import { describe, expect, it } from 'vitest';
import { inEnglish, sentence } from '../../../../shared/sentences.ts';
import { nvmlFailure, nvmlReading } from './nvml-answers.ts';
import type { NvmlAnswers } from './nvml-answers.ts';

/** A GPU of which the library tells nothing. */
const SILENT: NvmlAnswers = {
  ...{ index: 0, uuid: null, name: null, busId: null, computeCapability: null, energyMj: null },
  ...{ powerMw: null, instantPowerMw: null, powerLimitMw: null, utilizationPercent: null },
  ...{ memoryUtilizationPercent: null, memory: null, hasNoMemoryFigure: false },
  ...{ systemMemory: { total: 100, used: 60 }, temperatureC: null, fanPercent: null },
  ...{ clockMHz: null, maxClockMHz: null, memoryClockMHz: null, clocksEventReasons: null },
  ...{ pcieGeneration: null, pcieWidth: null, maxPcieGeneration: null, maxPcieWidth: null },
  ...{ processes: null, isMig: null, instances: null, isVgpu: null, failure: null },
};

describe('the answers of NVML', () => {
  it('that are missing are unknown, never 0', () => {
    expect(nvmlReading(SILENT)).toEqual({
      ...{ index: 0, id: null, name: null, vendor: 'nvidia', pciAddress: null },
      ...{ utilizationPercent: null, memoryUsedBytes: null, memoryTotalBytes: null },
      ...{ temperatureC: null, powerW: null, powerLimitW: null },
      energySensor: { counterJoules: null, counterRangeJoules: null, averagingMs: 0 },
      details: {
        ...{ fanPercent: null, clockMHz: null, maxClockMHz: null, memoryClockMHz: null },
        ...{ memoryUtilizationPercent: null, throttleReasons: null, pcie: null, processes: null },
        ...{ hasUnifiedMemory: false, instances: null, isVirtual: null },
      },
    });
  });

  it('that are 0 are 0', () => {
    const zeros = { energyMj: 0, powerMw: 0, utilizationPercent: 0, temperatureC: 0 };
    expect(nvmlReading({ ...SILENT, ...zeros, clocksEventReasons: 0 })).toMatchObject({
      ...{ powerW: 0, utilizationPercent: 0, temperatureC: 0 },
      energySensor: { counterJoules: 0 },
      details: { throttleReasons: [] },
    });
  });

  it.each([
    ['a GeForce RTX 4090', 8.9, null, 318_000, 318, 1_000],
    ['an RTX 3090', 8.6, null, 200_000, 200, 1_000],
    ['an A100', 8, null, 200_000, 200, 0],
    ['a T4', 7.5, null, 70_000, 70, 0],
    ['a GPU with instantaneous power', 9, 650_000, 500_000, 650, 0],
    ['a GPU of unknown chip', null, null, 9_000, 9, 0],
  ])('give the power of %s with its window', (_gpu, capability, instant, mean, powerW, window) => {
    const power = { computeCapability: capability, instantPowerMw: instant, powerMw: mean };
    const reading = nvmlReading({ ...SILENT, ...power });
    expect([reading.powerW, reading.energySensor?.averagingMs]).toEqual([powerW, window]);
  });

  it.each([
    [0x1, []],
    [0x2, ['application_clocks']],
    [0x5, ['power_cap']],
    [0x8, ['hardware_slowdown']],
    [0x10, ['sync_boost']],
    [0x60, ['thermal']],
    [0x80, ['power_brake']],
    [0x100, ['display_clocks']],
    [0x48, ['thermal', 'hardware_slowdown']],
  ])('with the clock bits %i have the reasons %j', (bits, reasons) => {
    const { details } = nvmlReading({ ...SILENT, clocksEventReasons: bits });
    expect(details?.throttleReasons).toEqual(reasons);
  });

  it('without any figure of memory mean main memory, and no PCIe link', () => {
    const link = { pcieGeneration: 1, pcieWidth: 1 };
    const gb10 = nvmlReading({ ...SILENT, ...link, hasNoMemoryFigure: true });
    expect(gb10).toMatchObject({ memoryUsedBytes: 60, memoryTotalBytes: 100 });
    expect(gb10.details).toMatchObject({ hasUnifiedMemory: true, pcie: null });
  });

  it.each([{ isMig: true }, { isVgpu: true }])('without a figure of memory, but %j', (part) => {
    const reading = nvmlReading({ ...SILENT, ...part, hasNoMemoryFigure: true });
    expect(reading).toMatchObject({ memoryUsedBytes: null, details: { hasUnifiedMemory: false } });
  });

  it('have a link if generation and width are known', () => {
    const link = { ...SILENT, pcieGeneration: 4, pcieWidth: 8, maxPcieWidth: 16 };
    const pcie = { generation: 4, width: 8, maxGeneration: null, maxWidth: 16 };
    expect(nvmlReading(link).details?.pcie).toEqual(pcie);
    expect(nvmlReading({ ...link, pcieWidth: null }).details?.pcie).toBeNull();
  });

  it('leave processes whose memory is hidden to other sources', () => {
    const hidden = { pid: 7, name: 'a', memoryBytes: null, utilizationPercent: 3 };
    const known = { pid: 8, name: 'b', memoryBytes: 5, utilizationPercent: null };
    const listed = (processes: NvmlAnswers['processes']): number | undefined =>
      nvmlReading({ ...SILENT, processes }).details?.processes?.length;
    expect([listed([hidden]), listed([hidden, known]), listed([])]).toEqual([undefined, 2, 0]);
  });

  it('have the instances of a divided GPU, of which no power is told', () => {
    const memory = { total: 10, used: 0 };
    const instances = [
      { uuid: 'MIG-1', name: 'NVIDIA A100 MIG 1g.5gb', memory },
      { uuid: null, name: null, memory: null },
    ];
    expect(nvmlReading({ ...SILENT, powerMw: 90_000, instances })).toMatchObject({
      powerW: 90,
      details: {
        instances: [
          {
            ...{ id: 'MIG-1', name: 'NVIDIA A100 MIG 1g.5gb', powerW: null },
            ...{ memoryUsedBytes: 0, memoryTotalBytes: 10 },
          },
          { id: null, name: null, powerW: null, memoryUsedBytes: null, memoryTotalBytes: null },
        ],
      },
    });
  });

  it('tell a share of a GPU in a virtual machine', () => {
    const virtual = (isVgpu: boolean | null): unknown =>
      nvmlReading({ ...SILENT, isVgpu }).details?.isVirtual;
    expect([true, false, null].map(virtual)).toEqual([true, false, null]);
  });

  it('say what to do where the user can do something', () => {
    expect(nvmlFailure(18)).toMatchObject({ isProblem: true });
    expect(inEnglish(nvmlFailure(18).note)).toContain('Restart this machine');
    expect(nvmlFailure(9)).toEqual({ note: sentence('nvidia_not_loaded'), isProblem: false });
  });
});
