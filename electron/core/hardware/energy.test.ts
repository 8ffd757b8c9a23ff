import { describe, expect, it } from 'vitest';
import { GPU_STARTING } from '../../../shared/gpu.ts';
import type { GpuState } from '../../../shared/gpu.ts';
import { EnergyMeter } from './energy.ts';

function drawing(...watts: (number | null)[]): GpuState {
  const gpus = watts.map((powerW, index) => ({
    index,
    id: null,
    name: 'GPU',
    vendor: 'nvidia' as const,
    utilizationPercent: 50,
    memoryUsedBytes: null,
    memoryTotalBytes: null,
    temperatureC: null,
    powerW,
    powerLimitW: null,
  }));
  return { status: 'live', source: 'nvidia-smi', note: null, at: 0, gpus };
}

function meterAt(...watts: (number | null)[]): EnergyMeter {
  const meter = new EnergyMeter(0);
  meter.onReading(drawing(...watts), 0);
  return meter;
}

describe('energy of exchanges', () => {
  it('is power over time, summed over the GPUs that report it', () => {
    const meter = meterAt(100, 50, null);
    expect(meter.end(meter.begin(1_000), 3_000)).toBeCloseTo(300, 9);
  });

  it('follows the readings', () => {
    const meter = meterAt(100);
    const mark = meter.begin(0);
    meter.onReading(drawing(300), 1_000);
    expect(meter.end(mark, 2_000)).toBeCloseTo(400, 9);
  });

  it('is shared equally by concurrent exchanges, and adds up to the total', () => {
    const meter = meterAt(200);
    const first = meter.begin(0);
    const second = meter.begin(1_000);
    const firstJoules = meter.end(first, 3_000)!;
    const secondJoules = meter.end(second, 4_000)!;
    expect(firstJoules).toBeCloseTo(200 + 200, 9);
    expect(secondJoules).toBeCloseTo(200 + 200, 9);
    expect(firstJoules + secondJoules).toBeCloseTo(200 * 4, 9);
  });

  it('counts no energy while no exchange runs', () => {
    const meter = meterAt(200);
    meter.end(meter.begin(0), 1_000);
    meter.onReading(drawing(200), 4_000);
    expect(meter.end(meter.begin(4_000), 5_000)).toBeCloseTo(200, 9);
  });

  it('is unknown without a reading, and never 0', () => {
    const meter = new EnergyMeter(0);
    expect(meter.end(meter.begin(0), 1_000)).toBeNull();
    meter.onReading(GPU_STARTING, 1_000);
    expect(meter.end(meter.begin(1_000), 2_000)).toBeNull();
    expect(meterAt(null).end(meterAt(null).begin(0), 1_000)).toBeNull();
  });

  it('is zero for a GPU that draws nothing', () => {
    const meter = meterAt(0);
    expect(meter.end(meter.begin(0), 1_000)).toBe(0);
  });

  it('is unknown if the readings stopped during the exchange', () => {
    const meter = meterAt(100);
    expect(meter.end(meter.begin(0), 60_000)).toBeNull();
  });
});
