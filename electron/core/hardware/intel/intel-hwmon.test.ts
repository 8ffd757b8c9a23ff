import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import { englishOf } from '../../../../shared/sentences.ts';
import { defaultGpuSources } from '../default-sources.ts';
import { createIntelHwmonSource, IntelHwmonReader } from './intel-hwmon.ts';

let root: string;
let now: number;
let reader: IntelHwmonReader;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tokwatt-drm-'));
  now = 1000;
  reader = new IntelHwmonReader(root, () => now);
});

afterEach(() => rm(root, { recursive: true, force: true }));

type Files = Record<string, string>;

/** Writes files of a device; `hwmon3/name` is a file in its hardware monitoring folder. */
async function write(address: string, files: Files): Promise<void> {
  const device = join(root, 'devices', address);
  for (const [name, content] of Object.entries(files)) {
    const path = join(device, name.startsWith('hwmon') ? `hwmon/${name}` : name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${content}\n`);
  }
}

async function card(number: number, address: string, files: Files): Promise<void> {
  await write(address, { vendor: '0x8086', ...files });
  await mkdir(join(root, `card${number}`), { recursive: true });
  await symlink(join(root, 'devices', address), join(root, `card${number}`, 'device'));
}

const ARC = '0000:03:00.0';
const I915: Files = {
  'hwmon3/name': 'i915',
  'hwmon3/energy1_input': '5000000',
  'hwmon3/power1_max': '190000000',
  'hwmon3/temp1_input': '48000',
};
const PACKAGE: Files = {
  'hwmon4/name': 'xe',
  'hwmon4/energy2_input': '4000000',
  'hwmon4/power1_max': '0',
  'hwmon4/power1_cap': '228000000',
  'hwmon4/power2_max': '160000000',
  'hwmon4/temp2_input': '55000',
  'hwmon4/temp3_input': '70000',
};
const XE: Files = { ...PACKAGE, 'hwmon4/energy1_input': '9000000' };

describe("Intel's hwmon", () => {
  it('computes the power from two readings of the counter', async () => {
    await card(0, ARC, I915);
    expect(await reader.read()).toEqual([
      {
        index: 0,
        id: ARC,
        name: null,
        vendor: 'intel',
        utilizationPercent: null,
        memoryUsedBytes: null,
        memoryTotalBytes: null,
        temperatureC: 48,
        powerW: null,
        powerLimitW: 190,
        energySensor: { counterJoules: 5, counterRangeJoules: null, averagingMs: 0 },
        details: { ...NO_GPU_DETAILS, hasUnifiedMemory: false },
      },
    ]);
    now += 500;
    await write(ARC, { 'hwmon3/energy1_input': '35000000' });
    expect(await reader.read()).toMatchObject([
      { powerW: 60, energySensor: { counterJoules: 35, averagingMs: 500 } },
    ]);
  });

  it('an unchanged counter is 0 W', async () => {
    await card(0, ARC, { ...I915, 'hwmon3/energy1_input': '0' });
    await reader.read();
    now += 500;
    expect(await reader.read()).toMatchObject([{ powerW: 0, energySensor: { counterJoules: 0 } }]);
  });

  it('takes the whole card before the package, and a limit that is on', async () => {
    await card(0, ARC, XE);
    expect(await reader.read()).toMatchObject([
      { powerLimitW: 228, temperatureC: 55, energySensor: { counterJoules: 9 } },
    ]);
  });

  it('takes the package with its own limit if the driver shows no other', async () => {
    await card(0, ARC, PACKAGE);
    expect(await reader.read()).toMatchObject([
      { powerLimitW: 160, energySensor: { counterJoules: 4 } },
    ]);
  });

  it('limits of 0 are off', async () => {
    await card(0, ARC, { ...XE, 'hwmon4/power1_cap': '0' });
    expect(await reader.read()).toMatchObject([{ powerLimitW: null }]);
  });

  it('takes the folder of the whole device, not that of a part', async () => {
    await card(0, ARC, {
      'hwmon1/name': 'i915_gt0',
      'hwmon1/energy1_input': '1000000',
      'hwmon2/name': 'i915',
      'hwmon2/energy1_input': '7000000',
    });
    expect(await reader.read()).toMatchObject([{ energySensor: { counterJoules: 7 } }]);
  });

  it.each(['', '-1', '18446744073709551615', 'N/A'])(
    'reads the counter %j as unknown',
    async (text) => {
      await card(0, ARC, XE);
      await reader.read();
      now += 1000;
      await write(ARC, { 'hwmon4/energy1_input': text });
      const unknown = { powerW: null, energySensor: { counterJoules: null } };
      expect(await reader.read()).toMatchObject([unknown]);
      // The next difference begins anew.
      now += 1000;
      await write(ARC, { 'hwmon4/energy1_input': '90000000' });
      expect(await reader.read()).toMatchObject([{ powerW: null }]);
    },
  );

  it('has no power for a counter that went back', async () => {
    await card(0, ARC, I915);
    await reader.read();
    now += 1000;
    await write(ARC, { 'hwmon3/energy1_input': '1000000' });
    expect(await reader.read()).toMatchObject([
      { powerW: null, energySensor: { counterJoules: 1, averagingMs: 0 } },
    ]);
  });

  it('reads a jump by the size of the register as unknown, and goes on from there', async () => {
    await card(0, ARC, I915);
    await reader.read();
    now += 1000;
    await write(ARC, { 'hwmon3/energy1_input': '262149000000' });
    expect(await reader.read()).toMatchObject([
      { powerW: null, energySensor: { counterJoules: null, averagingMs: 0 } },
    ]);
    now += 1000;
    await write(ARC, { 'hwmon3/energy1_input': '262199000000' });
    expect(await reader.read()).toMatchObject([
      { powerW: 50, energySensor: { counterJoules: 262_199 } },
    ]);
  });

  it('keeps cards apart, and goes on with the other if one vanishes', async () => {
    const other = '0000:04:00.0';
    await card(0, ARC, I915);
    await card(1, other, XE);
    await reader.read();
    now += 1000;
    await write(ARC, { 'hwmon3/energy1_input': '15000000' });
    await write(other, { 'hwmon4/energy1_input': '29000000' });
    const powers = (await reader.read()).map(({ id, powerW }) => [id, powerW]);
    expect(powers).toEqual([
      [ARC, 10],
      [other, 20],
    ]);
    await rm(join(root, 'devices', ARC), { recursive: true });
    now += 1000;
    await write(other, { 'hwmon4/energy1_input': '59000000' });
    expect(await reader.read()).toMatchObject([{ index: 0, id: other, powerW: 30 }]);
    // Back again, after the counter went on unseen.
    await write(ARC, { vendor: '0x8086', ...I915, 'hwmon3/energy1_input': '500000000' });
    now += 1000;
    expect((await reader.read()).map(({ id, powerW }) => [id, powerW])).toEqual([
      [ARC, null],
      [other, 0],
    ]);
  });

  it('reads clocks, and how long a GPU was awake, also of one inside the processor', async () => {
    const igpu = '0000:00:02.0';
    await card(0, igpu, {});
    await symlink(join(root, 'drivers', 'i915'), join(root, 'devices', igpu, 'driver'));
    await mkdir(join(root, 'drivers', 'i915'), { recursive: true });
    const gt = join(root, 'card0', 'gt', 'gt0');
    await mkdir(gt, { recursive: true });
    await writeFile(join(gt, 'rps_act_freq_mhz'), '0\n');
    await writeFile(join(gt, 'rps_RP0_freq_mhz'), '1300\n');
    await writeFile(join(gt, 'rc6_residency_ms'), '1000\n');
    expect(await reader.read()).toMatchObject([
      {
        id: igpu,
        powerW: null,
        utilizationPercent: null,
        details: { clockMHz: 0, maxClockMHz: 1300, hasUnifiedMemory: true, pcie: null },
      },
    ]);
    now += 1000;
    await writeFile(join(gt, 'rc6_residency_ms'), '1250\n');
    expect(await reader.read()).toMatchObject([{ utilizationPercent: 75 }]);
    now += 1000;
    await writeFile(join(gt, 'rc6_residency_ms'), '3000\n');
    expect(await reader.read()).toMatchObject([{ utilizationPercent: 0 }]);
    now += 1000;
    await writeFile(join(gt, 'rc6_residency_ms'), '5\n');
    expect(await reader.read()).toMatchObject([{ utilizationPercent: null }]);
  });

  it('reads the files of xe', async () => {
    await card(0, ARC, {
      ...XE,
      'tile0/gt0/freq0/act_freq': '2400',
      'tile0/gt0/freq0/rp0_freq': '2450',
      'tile0/gt0/gtidle/idle_residency_ms': '500',
    });
    await reader.read();
    now += 500;
    expect(await reader.read()).toMatchObject([
      { utilizationPercent: 100, details: { clockMHz: 2400, maxClockMHz: 2450 } },
    ]);
  });

  it('does not wake a sleeping card', async () => {
    await card(0, ARC, { ...I915, 'power/runtime_status': 'suspended' });
    expect(await reader.read()).toMatchObject([
      { id: ARC, temperatureC: null, energySensor: { counterJoules: null } },
    ]);
    await write(ARC, { 'power/runtime_status': 'active' });
    expect(await reader.read()).toMatchObject([{ temperatureC: 48 }]);
  });

  it('leaves out cards of other makers and GPUs inside the processor', async () => {
    await card(0, '0000:00:02.0', { gt_cur_freq_mhz: '300' });
    await card(1, ARC, { ...I915, vendor: '0x1002' });
    const note = await new Promise<string>((resolve) => {
      const source = createIntelHwmonSource({ root });
      source.open(
        { readings: () => resolve('readings'), ended: (note) => resolve(englishOf(note)) },
        1000,
      );
    });
    expect(note).toBe('the i915 and xe drivers have no GPU');
  });

  it('measures the time between two readings of a run', async () => {
    await card(0, ARC, I915);
    const sensors = await new Promise<(number | null | undefined)[]>((resolve) => {
      const averaging: (number | null | undefined)[] = [];
      const run = createIntelHwmonSource({ root }).open(
        {
          readings: ([gpu]) => {
            averaging.push(gpu?.powerW, gpu?.energySensor?.averagingMs);
            if (averaging.length === 4) void run.stop().then(() => resolve(averaging));
          },
          ended: () => resolve([]),
        },
        20,
      );
    });
    expect(sensors.slice(0, 3)).toEqual([null, 0, 0]);
    expect(sensors[3]).toBeGreaterThan(0);
  });

  it('is tried on Linux only, after the tools of the other makers', () => {
    const names = (platform: NodeJS.Platform): string[] =>
      defaultGpuSources(platform).map(({ name }) => name);
    expect(names('linux')).toEqual([
      ...['nvidia-smi', 'amdgpu', 'amd-smi'],
      'intel-hwmon',
      'xpu-smi',
    ]);
    expect(names('win32')).not.toContain('intel-hwmon');
    expect(names('darwin')).not.toContain('intel-hwmon');
  });
});
