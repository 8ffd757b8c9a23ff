import { describe, expect, it } from 'vitest';
import { appleReading } from './apple-gpu.ts';
import { parseMacmonLine } from './macmon-output.ts';
import type { MacmonSample } from './macmon-output.ts';

const MEMORY = {
  ram_total: 25769803776,
  ram_usage: 20985479168,
  swap_total: 4294967296,
  swap_usage: 2602434560,
};
const TEMP = { cpu_temp_avg: 43.73614, gpu_temp_avg: 36.95167 };
const POWERS = { cpu_power: 0.20486385, gpu_power: 0.017451683, ane_power: 0.0, sys_power: 5.87 };

/** Version 0.7 and older: a pair of clock and scaled share. */
const OLD = { temp: TEMP, memory: MEMORY, gpu_usage: [461, 0.021497859], ...POWERS };
/** Version 0.8 and newer. */
const NEW = {
  timestamp: '2025-02-24T20:38:15.427569+00:00',
  temp: TEMP,
  memory: MEMORY,
  fans: [
    { name: 'fan0', rpm: 980, max_rpm: 4900 },
    { name: 'fan1', rpm: 2600, max_rpm: 5200 },
  ],
  gpu_freq_mhz: 461,
  gpu_scaled_ratio: 0.021497859,
  gpu_active_ratio: 0.09,
  ...POWERS,
};

function parsed(value: unknown): MacmonSample | null {
  return parseMacmonLine(JSON.stringify(value));
}

describe('macmon', () => {
  it('is read in its form since 0.8', () => {
    expect(parsed(NEW)).toEqual({
      utilizationPercent: 9,
      gpuPowerW: 0.017451683,
      cpuPowerW: 0.20486385,
      temperatureC: 36.95167,
      clockMHz: 461,
      fanPercent: 50,
      memoryTotalBytes: 25769803776,
    });
  });

  it('is read in its older form and in the one with groups', () => {
    expect(parsed(OLD)).toMatchObject({ utilizationPercent: 2.1497859, clockMHz: 461 });
    expect(parsed(OLD)?.fanPercent).toBeNull();
    const grouped = {
      usage: { cpu: [], gpu: [{ name: 'GPUPH', freq_mhz: 700, usage: 0.5, units: 10 }] },
      power: { package: 9.5, cpu: 2, gpu: 7.5 },
      memory: MEMORY,
      temp: { cpu_avg: 50, gpu_avg: 45 },
    };
    expect(parsed(grouped)).toMatchObject({
      utilizationPercent: 50,
      gpuPowerW: 7.5,
      cpuPowerW: 2,
      temperatureC: 45,
      clockMHz: 700,
    });
  });

  it('keeps a load of 0, and does not know a temperature of 0', () => {
    const idle = { ...NEW, gpu_active_ratio: 0, temp: { gpu_temp_avg: 0.0 } };
    expect(parsed(idle)).toMatchObject({ utilizationPercent: 0, temperatureC: null });
  });

  it('leaves missing and impossible values unknown', () => {
    expect(parsed({ memory: MEMORY, gpu_power: null, fans: [{ rpm: 900, max_rpm: 0 }] })).toEqual({
      utilizationPercent: null,
      gpuPowerW: null,
      cpuPowerW: null,
      temperatureC: null,
      clockMHz: null,
      fanPercent: null,
      memoryTotalBytes: 25769803776,
    });
    expect(parsed({ ...NEW, gpu_power: -1 })?.gpuPowerW).toBeNull();
    expect(parsed({ ...NEW, gpu_active_ratio: 1.2 })?.utilizationPercent).toBe(100);
  });

  it.each(['', 'thread panicked at src/main.rs', '5', 'null', '[]', '{}', '{"gpu_power":'])(
    'is not %j',
    (line) => expect(parseMacmonLine(line)).toBeNull(),
  );

  it.each([
    [0, 0, true, 0],
    [0, 40, true, null],
    [0, 0, false, null],
    [3, 40, true, 3],
    [null, 40, true, null],
  ])('a power of %s at a load of %s (told before: %s) is %s', (gpuPowerW, load, told, watts) => {
    const sample = { ...parsed(NEW)!, gpuPowerW, utilizationPercent: load };
    expect(appleReading(sample, null, 500, told).powerW).toBe(watts);
  });
});
