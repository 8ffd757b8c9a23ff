import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishOf } from '../../../../shared/sentences.ts';
import type { GpuSourceEvents, SourceReading } from '../source.ts';
import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import { gpuMetricsTable } from '../../../../tests/support/gpu-metrics-table.ts';
import { createAmdgpuSource, readAmdgpu } from './amdgpu-sysfs.ts';
import { AMDGPU_AVERAGING_MS } from './gpu-metrics.ts';

const GIB = 1024 ** 3;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tokwatt-drm-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** A card in the kernel's format: `card<N>/device` is a link to the PCI device's folder. */
async function card(
  number: number,
  address: string,
  files: Record<string, string | Buffer>,
): Promise<void> {
  const device = join(root, 'devices', address);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(device, name)), { recursive: true });
    await writeFile(join(device, name), typeof content === 'string' ? `${content}\n` : content);
  }
  await mkdir(join(root, `card${number}`), { recursive: true });
  await symlink(device, join(root, `card${number}`, 'device'));
}

const DISCRETE = {
  vendor: '0x1002',
  gpu_busy_percent: '97',
  mem_busy_percent: '40',
  mem_info_vram_total: String(24 * GIB),
  mem_info_vram_used: String(17 * GIB),
  mem_info_gtt_total: String(32 * GIB),
  mem_info_gtt_used: String(1 * GIB),
  'hwmon/hwmon5/temp1_label': 'junction',
  'hwmon/hwmon5/temp1_input': '61000',
  'hwmon/hwmon5/temp2_label': 'edge',
  'hwmon/hwmon5/temp2_input': '52500',
  'hwmon/hwmon5/power1_average': '214000000',
  'hwmon/hwmon5/power1_cap': '339000000',
  'hwmon/hwmon5/pwm1': '80',
};

describe('amdgpu in sysfs', () => {
  it('reads a card in the units of a reading', async () => {
    await card(0, '0000:03:00.0', DISCRETE);
    expect(await readAmdgpu(root)).toEqual([
      {
        index: 0,
        id: '0000:03:00.0',
        name: null,
        vendor: 'amd',
        utilizationPercent: 97,
        memoryUsedBytes: 17 * GIB,
        memoryTotalBytes: 24 * GIB,
        temperatureC: 52.5,
        powerW: 214,
        powerLimitW: 339,
        energySensor: {
          counterJoules: null,
          counterRangeJoules: null,
          averagingMs: AMDGPU_AVERAGING_MS,
        },
        details: {
          ...NO_GPU_DETAILS,
          fanPercent: (80 * 100) / 255,
          memoryUtilizationPercent: 40,
          hasUnifiedMemory: false,
        },
      },
    ]);
  });

  it('counts the main memory that a GPU inside the processor uses', async () => {
    await card(1, '0000:c5:00.0', {
      vendor: '0x1002',
      gpu_busy_percent: '0',
      mem_info_vram_total: String(GIB),
      mem_info_vram_used: String(GIB / 2),
      mem_info_gtt_total: String(96 * GIB),
      mem_info_gtt_used: String(60 * GIB),
      'hwmon/hwmon2/power1_input': '0',
    });
    expect(await readAmdgpu(root)).toMatchObject([
      {
        utilizationPercent: 0,
        memoryUsedBytes: 60.5 * GIB,
        memoryTotalBytes: 97 * GIB,
        temperatureC: null,
        powerW: 0,
        powerLimitW: null,
      },
    ]);
  });

  it('reads cards by number, but no connectors or cards of other makers', async () => {
    await card(10, '0000:0a:00.0', DISCRETE);
    await card(2, '0000:02:00.0', DISCRETE);
    await card(0, '0000:00:02.0', { vendor: '0x8086', gpu_busy_percent: '3' });
    await card(3, '0000:04:00.0', { vendor: '0x1002' });
    await mkdir(join(root, 'card2-DP-1'));
    await mkdir(join(root, 'renderD128'));
    expect((await readAmdgpu(root)).map((gpu) => [gpu.index, gpu.id])).toEqual([
      [0, '0000:02:00.0'],
      [1, '0000:0a:00.0'],
    ]);
  });

  it('adds the main memory for each GPU that gpu_metrics shows to be in a processor', async () => {
    const memory = {
      vendor: '0x1002',
      mem_busy_percent: '3',
      mem_info_vram_total: String(96 * GIB),
      mem_info_vram_used: String(70 * GIB),
      mem_info_gtt_total: String(16 * GIB),
      mem_info_gtt_used: String(2 * GIB),
    };
    await card(0, '0000:c5:00.0', { ...memory, gpu_metrics: gpuMetricsTable('v3_0', {}) });
    await card(1, '0000:c6:00.0', { ...memory, gpu_metrics: gpuMetricsTable('v2_1', {}) });
    await card(2, '0000:c7:00.0', { ...memory, gpu_metrics: gpuMetricsTable('v1_3', {}) });
    expect((await readAmdgpu(root)).map((gpu) => gpu.memoryUsedBytes)).toEqual([
      72 * GIB,
      72 * GIB,
      70 * GIB,
    ]);
  });

  it('reads clocks, fan, limits and whether the memory is shared', async () => {
    await card(0, '0000:03:00.0', {
      ...DISCRETE,
      'hwmon/hwmon5/freq1_input': '2124000000',
      'hwmon/hwmon5/freq2_input': '0',
      'hwmon/hwmon5/pwm1': '0',
      pp_dpm_sclk: '0: 500Mhz \n1: 2124Mhz *\n2: 2482Mhz ',
      gpu_metrics: gpuMetricsTable('v1_3', { independent_throttle: (1n << 36n) | 1n }),
    });
    await card(1, '0000:C5:00.0', { ...DISCRETE, gpu_metrics: gpuMetricsTable('v2_2', {}) });
    const [discrete, apu] = await readAmdgpu(root);
    expect(discrete?.details).toEqual({
      ...NO_GPU_DETAILS,
      fanPercent: 0,
      clockMHz: 2124,
      maxClockMHz: 2482,
      memoryClockMHz: 0,
      memoryUtilizationPercent: 40,
      throttleReasons: ['power_cap', 'thermal'],
      hasUnifiedMemory: false,
    });
    expect(apu).toMatchObject({
      id: '0000:c5:00.0',
      details: { hasUnifiedMemory: true, throttleReasons: null },
    });
  });

  it('treats an unreadable file as unknown', async () => {
    await card(0, '0000:03:00.0', { ...DISCRETE, gpu_busy_percent: '' });
    expect(await readAmdgpu(root)).toMatchObject([
      { utilizationPercent: null, memoryTotalBytes: 24 * GIB },
    ]);
  });

  it('reads the energy counter of each card', async () => {
    const counter = (energy: bigint): Buffer =>
      gpuMetricsTable('v1_3', { energy_accumulator: energy });
    await card(0, '0000:03:00.0', { ...DISCRETE, gpu_metrics: counter(65_536n * 1000n) });
    await card(1, '0000:04:00.0', { ...DISCRETE, gpu_metrics: counter(0n) });
    await card(2, '0000:05:00.0', { ...DISCRETE, gpu_metrics: counter(0xffff_ffffn) });
    await card(3, '0000:06:00.0', { ...DISCRETE, gpu_metrics: counter(1n).subarray(0, 60) });
    const counters = (await readAmdgpu(root)).map(({ energySensor }) => [
      energySensor?.counterJoules,
      energySensor?.counterRangeJoules,
    ]);
    expect(counters).toEqual([
      [1000, 65_536],
      [0, 65_536],
      [null, null],
      [null, null],
    ]);
  });

  it('tells over which time the power is the mean', async () => {
    const hwmon = 'hwmon/hwmon1';
    const rest = { vendor: '0x1002', gpu_busy_percent: '1' };
    const filter = { time_filter_alphavalue: 25_000n };
    await card(0, '0000:01:00.0', { ...rest, [`${hwmon}/power1_average`]: '30000000' });
    await card(1, '0000:02:00.0', {
      ...rest,
      [`${hwmon}/power1_average`]: '30000000',
      [`${hwmon}/power1_average_interval`]: '500',
    });
    await card(2, '0000:03:00.0', { ...rest, [`${hwmon}/power1_input`]: '0' });
    await card(3, '0000:04:00.0', {
      ...rest,
      [`${hwmon}/power1_average`]: '30000000',
      gpu_metrics: gpuMetricsTable('v3_0', filter),
    });
    await card(4, '0000:05:00.0', {
      ...rest,
      gpu_metrics: gpuMetricsTable('v3_0', { ...filter, average_socket_power: 55_000n }),
    });
    await card(5, '0000:06:00.0', {
      ...rest,
      gpu_metrics: gpuMetricsTable('v1_4', { curr_socket_power: 90n }),
    });
    await card(6, '0000:07:00.0', rest);
    const powers = (await readAmdgpu(root)).map(({ powerW, energySensor }) => [
      powerW,
      energySensor?.averagingMs,
    ]);
    expect(powers).toEqual([
      [30, AMDGPU_AVERAGING_MS],
      [30, 500],
      [0, 0],
      [30, 50],
      [55, 50],
      [90, 0],
      [null, 0],
    ]);
  });

  it('goes on with the other card if one vanishes', async () => {
    await card(0, '0000:03:00.0', DISCRETE);
    await card(1, '0000:04:00.0', DISCRETE);
    expect((await readAmdgpu(root)).map((gpu) => gpu.id)).toEqual(['0000:03:00.0', '0000:04:00.0']);
    // The link in the list of cards outlives the device for a moment.
    await rm(join(root, 'devices', '0000:03:00.0'), { recursive: true });
    expect((await readAmdgpu(root)).map((gpu) => gpu.id)).toEqual(['0000:04:00.0']);
  });

  it('ends if there is no such card or folder', async () => {
    const source = createAmdgpuSource({ root: join(root, 'absent') });
    const note = await new Promise<string>((resolve) => {
      source.open(
        { readings: () => resolve('readings'), ended: (note) => resolve(englishOf(note)) },
        1000,
      );
    });
    expect(note).toBe('the amdgpu driver has no card');
  });

  it('reads again every interval until stopped', async () => {
    await card(0, '0000:03:00.0', DISCRETE);
    const busy: (number | null | undefined)[] = [];
    await new Promise<void>((resolve) => {
      const events: GpuSourceEvents = {
        readings: (gpus) => {
          busy.push(gpus[0]?.utilizationPercent);
          if (busy.length === 3) void run.stop().then(resolve);
        },
        ended: () => resolve(),
      };
      const run = createAmdgpuSource({ root }).open(events, 5);
    });
    expect(busy).toEqual([97, 97, 97]);
  });

  it('neither wakes a card that sleeps nor forgets its name and memory', async () => {
    await card(0, '0000:03:00.0', { ...DISCRETE, 'power/runtime_status': 'active' });
    let states: readonly (readonly SourceReading[])[] = [];
    const run = createAmdgpuSource({ root }).open(
      { readings: (gpus) => (states = [...states, gpus]), ended: () => undefined },
      5,
    );
    while (states.length < 1) await sleep(5);
    await writeFile(join(root, 'devices/0000:03:00.0/power/runtime_status'), 'suspended\n');
    // Another file would tell if it was read, but none of its figures may be taken.
    while (states.at(-1)?.[0]?.isAsleep !== true) await sleep(5);
    expect(states.at(-1)).toEqual([
      {
        ...{ index: 0, id: '0000:03:00.0', name: null, vendor: 'amd', isAsleep: true },
        ...{ utilizationPercent: null, memoryUsedBytes: null, memoryTotalBytes: 24 * GIB },
        ...{ temperatureC: null, powerW: null, powerLimitW: null },
      },
    ]);
    await writeFile(join(root, 'devices/0000:03:00.0/power/runtime_status'), 'active\n');
    while (states.at(-1)?.[0]?.powerW !== 214) await sleep(5);
    await run.stop();
  });

  it('tells of a card that sleeps from the start, if it is under this driver', async () => {
    const asleep = { vendor: '0x1002', 'power/runtime_status': 'suspended' };
    await card(0, '0000:03:00.0', asleep);
    await card(1, '0000:04:00.0', asleep);
    await mkdir(join(root, 'drivers/amdgpu'), { recursive: true });
    await symlink(join(root, 'drivers/amdgpu'), join(root, 'devices/0000:04:00.0/driver'));
    expect(await readAmdgpu(root)).toMatchObject([
      { index: 0, id: '0000:04:00.0', isAsleep: true, powerW: null },
    ]);
  });
});
