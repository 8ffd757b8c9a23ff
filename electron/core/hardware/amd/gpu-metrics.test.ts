import { describe, expect, it } from 'vitest';
import { AMDGPU_AVERAGING_MS, parseGpuMetrics } from './gpu-metrics.ts';
import { gpuMetricsTable } from '../../../../tests/support/gpu-metrics-table.ts';
import type { TableVersion } from '../../../../tests/support/gpu-metrics-table.ts';

const ONES_64 = 2n ** 64n - 1n;
const COUNTING: readonly TableVersion[] = [
  'v1_0',
  'v1_1',
  'v1_2',
  'v1_3',
  'v1_4',
  'v1_5',
  'v1_6_first',
  'v1_6',
  'v1_7',
  'v1_8',
];
const COUNTING_64: readonly TableVersion[] = COUNTING.slice(4);
const APU: readonly TableVersion[] = ['v2_0', 'v2_1', 'v2_2', 'v2_3', 'v2_4', 'v3_0'];

describe('gpu_metrics', () => {
  it.each(COUNTING)('%s: energy in joules, the clock and the power', (version) => {
    const table = gpuMetricsTable(version, {
      energy_accumulator: 3_000_000n,
      system_clock_counter: 5_000_000_000n,
      [COUNTING_64.includes(version) ? 'curr_socket_power' : 'average_socket_power']: 214n,
    });
    expect(parseGpuMetrics(table)).toMatchObject({
      isApu: false,
      energyJoules: 3_000_000 / 65_536,
      clockMs: 5000,
      socketPowerW: 214,
      powerAveragingMs: COUNTING_64.includes(version) ? 0 : AMDGPU_AVERAGING_MS,
    });
  });

  it.each(APU)('%s is of a GPU inside the processor and has no counter', (version) => {
    const table = gpuMetricsTable(version, { system_clock_counter: 7_000_000n });
    expect(parseGpuMetrics(table)).toMatchObject({
      isApu: true,
      energyJoules: null,
      energyRangeJoules: null,
      clockMs: 7,
    });
  });

  it.each([...COUNTING, ...APU])('%s filled with ones tells nothing', (version) => {
    expect(parseGpuMetrics(gpuMetricsTable(version, {}))).toMatchObject({
      energyJoules: null,
      energyRangeJoules: null,
      clockMs: null,
      socketPowerW: null,
    });
  });

  it.each([...COUNTING, ...APU])('%s of another size is not read', (version) => {
    const table = gpuMetricsTable(version, { energy_accumulator: 1n });
    const longer = Buffer.concat([table, Buffer.alloc(8)]);
    expect(parseGpuMetrics(table.subarray(0, -1))).toBeNull();
    expect(parseGpuMetrics(longer)).toBeNull();
    longer.writeUInt16LE(longer.length, 0);
    expect(parseGpuMetrics(longer)).toBeNull();
  });

  it('keeps zeros: a second die of MI250 tells 0 W, because its power is in that of the first', () => {
    const zeros = { average_socket_power: 0n, energy_accumulator: 0n, system_clock_counter: 0n };
    expect(parseGpuMetrics(gpuMetricsTable('v1_3', zeros))).toMatchObject({
      energyJoules: 0,
      clockMs: 0,
      socketPowerW: 0,
    });
  });

  it.each(['v1_1', 'v1_2', 'v1_3'] as const)(
    '%s: 32 ones in the wide field are absent',
    (version) => {
      const table = gpuMetricsTable(version, { energy_accumulator: 0xffff_ffffn });
      expect(parseGpuMetrics(table)).toMatchObject({ energyJoules: null, energyRangeJoules: null });
    },
  );

  it('a 32-bit counter starts again at 65,536 J, a 64-bit one never', () => {
    const range = (version: TableVersion, energy: bigint): number | null | undefined =>
      parseGpuMetrics(gpuMetricsTable(version, { energy_accumulator: energy }))?.energyRangeJoules;
    expect(range('v1_0', 1n)).toBe(65_536);
    expect(range('v1_3', 0xffff_fffen)).toBe(65_536);
    expect(range('v1_3', 0x1_0000_0000n)).toBeNull();
    for (const version of COUNTING_64) expect(range(version, 1n)).toBeNull();
  });

  it('reads counters beyond 32 bits', () => {
    const table = gpuMetricsTable('v1_4', { energy_accumulator: 65_536n * 40_000_000_000n });
    expect(parseGpuMetrics(table)?.energyJoules).toBe(40_000_000_000);
    const ones = gpuMetricsTable('v1_4', { energy_accumulator: ONES_64 });
    expect(parseGpuMetrics(ones)?.energyJoules).toBeNull();
  });

  it('reads the power of an APU only where its unit is certain', () => {
    const power = (version: TableVersion, milliwatts: bigint): number | null | undefined =>
      parseGpuMetrics(gpuMetricsTable(version, { average_socket_power: milliwatts }))?.socketPowerW;
    expect(power('v2_2', 28_000n)).toBeNull();
    expect(power('v2_4', 28_000n)).toBe(28);
    expect(power('v3_0', 120_000n)).toBe(120);
  });

  it('takes the window of the mean from the filter that v3.0 tells', () => {
    const table = gpuMetricsTable('v3_0', { time_filter_alphavalue: 50_000n });
    expect(parseGpuMetrics(table)?.powerAveragingMs).toBe(100);
    const silent = gpuMetricsTable('v3_0', {});
    expect(parseGpuMetrics(silent)?.powerAveragingMs).toBe(AMDGPU_AVERAGING_MS);
  });

  it.each(['v1_3', 'v2_2', 'v2_3', 'v2_4'] as const)(
    '%s tells what lowers the clocks',
    (version) => {
      const reasons = (status: bigint): unknown =>
        parseGpuMetrics(gpuMetricsTable(version, { independent_throttle: status }))
          ?.throttleReasons;
      expect(reasons(0n)).toEqual([]);
      expect(reasons(1n << 6n)).toEqual(['power_cap']);
      expect(reasons((1n << 16n) | (1n << 2n))).toEqual(['power_cap']);
      expect(reasons((1n << 35n) | (1n << 47n))).toEqual(['thermal', 'hardware_slowdown']);
      expect(reasons(1n << 60n)).toEqual([]);
      expect(reasons(ONES_64)).toBeNull();
    },
  );

  it.each(['v1_1', 'v1_4', 'v2_1', 'v3_0'] as const)('%s does not', (version) => {
    expect(parseGpuMetrics(gpuMetricsTable(version, {}))?.throttleReasons).toBeNull();
  });

  it('does not guess at unknown versions or short files', () => {
    const next = gpuMetricsTable('v1_3', { energy_accumulator: 1n });
    next.writeUInt8(10, 3);
    expect(parseGpuMetrics(next)).toBeNull();
    expect(parseGpuMetrics(Buffer.alloc(0))).toBeNull();
    expect(parseGpuMetrics(Buffer.from([4, 0, 1]))).toBeNull();
  });
});
