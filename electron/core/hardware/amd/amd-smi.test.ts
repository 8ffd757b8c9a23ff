import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishOf } from '../../../../shared/sentences.ts';
import type { GpuSourceRun, SourceReading } from '../source.ts';
import { createAmdSmiSource, isNeeded } from './amd-smi.ts';
import { parseAmdSmiList, parseAmdSmiMetric } from './amd-smi-output.ts';
import { AMDGPU_AVERAGING_MS } from './gpu-metrics.ts';

const of = (value: number | string, unit: string): unknown => ({ value, unit });
/** A card at work, one that is idle, and one of which the tool knows nothing, as on Strix Halo. */
const WORKING = {
  gpu: 0,
  usage: { gfx_activity: of(42, '%'), umc_activity: of(1, '%'), vcn_activity: ['N/A'] },
  power: { socket_power: of(214, 'W'), gfx_voltage: of(780, 'mV'), throttle_status: 'UNTHROTTLED' },
  clock: { gfx_0: { clk: of(2_124, 'MHz') }, mem_0: { clk: of(96, 'MHz') } },
  temperature: { edge: of(52, 'C'), hotspot: of(61, 'C'), mem: of(70, 'C') },
  fan: { speed: of(80, ''), usage: of(31.37, '%') },
  mem_usage: { total_vram: of(24_560, 'MB'), used_vram: of(17_000, 'MB') },
  energy: { total_energy_consumption: of(1_004.108, 'J') },
};
const IDLE = {
  gpu: 1,
  usage: { gfx_activity: of(0, '%') },
  power: { socket_power: of(0, 'W') },
  temperature: { edge: 'N/A', hotspot: of(30, 'C') },
  mem_usage: { total_vram: of(16_368, 'MB'), used_vram: of(0, 'MB') },
};
const SILENT = { gpu: 2, usage: 'N/A', power: { socket_power: 'N/A' }, mem_usage: 'N/A' };
const LIST = [
  { gpu: 0, bdf: '0000:03:00.0', uuid: '73ff744c-0000-1000-80dc-bd3c943c5f3a' },
  { gpu: 1, bdf: '0000:0A:00.0', uuid: 'N/A' },
  { gpu: 2, bdf: 'N/A' },
];
const text = JSON.stringify;

function parsed(value: unknown): SourceReading[] {
  return parseAmdSmiMetric(text(value), parseAmdSmiList(text(LIST)));
}

describe('the answers of amd-smi', () => {
  it('have the figures of several cards with their addresses', () => {
    const [working, idle, silent] = parsed([WORKING, IDLE, SILENT]);
    expect(working).toMatchObject({
      ...{ index: 0, id: '0000:03:00.0', name: null, vendor: 'amd', utilizationPercent: 42 },
      ...{ memoryUsedBytes: 17_000 * 2 ** 20, memoryTotalBytes: 24_560 * 2 ** 20 },
      ...{ temperatureC: 52, powerW: 214, powerLimitW: null },
      // The tool's energy is known to stand still and to go back.
      energySensor: { counterJoules: null, averagingMs: AMDGPU_AVERAGING_MS },
      details: { clockMHz: 2_124, memoryClockMHz: 96, fanPercent: 31.37 },
    });
    expect(idle).toMatchObject({
      ...{ id: '0000:0a:00.0', utilizationPercent: 0, powerW: 0, memoryUsedBytes: 0 },
      ...{ temperatureC: 30, details: { clockMHz: null, fanPercent: null } },
    });
    expect(silent).toMatchObject({
      ...{ index: 2, id: null, utilizationPercent: null, powerW: null, memoryUsedBytes: null },
      ...{ memoryTotalBytes: null, temperatureC: null },
    });
  });

  it('are the same in the newer envelope and with bare numbers', () => {
    expect(parsed({ gpu_data: [WORKING] })).toEqual(parsed([WORKING]));
    const bare = { gpu: 0, usage: { gfx_activity: 7 }, power: { average_socket_power: 9 } };
    expect(parsed([bare])[0]).toMatchObject({ utilizationPercent: 7, powerW: 9 });
  });

  it('have no figure where a field was not filled', () => {
    const ones = of(65_535, '%');
    const gpu = { gpu: 0, usage: { gfx_activity: ones }, power: { socket_power: of(65_535, 'W') } };
    expect(parsed([gpu])[0]).toMatchObject({ utilizationPercent: null, powerW: null });
    const odd = {
      gpu: 0,
      usage: { gfx_activity: of('N/A', '%') },
      power: { socket_power: of(-1, 'W') },
    };
    expect(parsed([odd])[0]).toMatchObject({ utilizationPercent: null, powerW: null });
  });

  it.each(['', 'AMDSMI_STATUS_DRIVER_NOT_LOADED', '[', '{}', 'null', '[1, null, "N/A"]', '[{}]'])(
    'are not %j',
    (answer) => {
      expect(parseAmdSmiMetric(answer, new Map())).toEqual([]);
      expect(parseAmdSmiList(answer).size).toBe(0);
    },
  );

  it('are needed only where the kernel tells less, and not while a card sleeps', () => {
    const [full, silent] = [parsed([WORKING])[0]!, parsed([SILENT])[0]!];
    expect([isNeeded([]), isNeeded([full]), isNeeded([full, silent])]).toEqual([true, false, true]);
    expect(isNeeded([silent, { ...full, isAsleep: true }])).toBe(false);
  });
});

describe.skipIf(process.platform === 'win32')('the source', () => {
  let folder: string;
  let run: GpuSourceRun | null = null;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokwatt-amd-smi-'));
  });
  afterEach(async () => {
    await run?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A stand-in for the tool that answers each subcommand with a file and counts the questions. */
  async function tool(metric: string, list = text(LIST)): Promise<string> {
    const path = join(folder, 'amd-smi');
    await writeFile(join(folder, 'metric'), metric);
    await writeFile(join(folder, 'list'), list);
    await writeFile(path, `#!/bin/sh\necho "$@" >> ${folder}/asked\ncat ${folder}/$1\n`);
    await chmod(path, 0o755);
    return path;
  }

  function heard(path: string | null): Promise<readonly SourceReading[] | string> {
    const source = createAmdSmiSource({ path, root: join(folder, 'drm') });
    return new Promise((resolve) => {
      run = source.open({ readings: resolve, ended: (note) => resolve(englishOf(note)) }, 10);
    });
  }

  async function card(files: Readonly<Record<string, string>>): Promise<void> {
    const device = join(folder, 'devices/0000:03:00.0');
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(device, name)), { recursive: true });
      await writeFile(join(device, name), content);
    }
    await mkdir(join(folder, 'drm/card0'), { recursive: true });
    await symlink(device, join(folder, 'drm/card0/device'));
  }

  const asked = (): Promise<string> => readFile(join(folder, 'asked'), 'utf8').catch(() => '');

  it('asks for the addresses once, and then for the figures', async () => {
    const readings = await heard(await tool(text([WORKING, IDLE])));
    expect(readings).toMatchObject([{ id: '0000:03:00.0', powerW: 214 }, { id: '0000:0a:00.0' }]);
    expect(await asked()).toBe('list --json\nmetric --json\n');
    expect(run).not.toHaveProperty('readNow');
  });

  it('tells the figures without addresses if it cannot list them', async () => {
    expect(await heard(await tool(text([WORKING]), 'error'))).toMatchObject([{ id: null }]);
  });

  it('starts nothing where the kernel tells all', async () => {
    const path = await tool(text([WORKING]));
    const memory = { mem_info_vram_total: '8', mem_info_vram_used: '1' };
    const sensors = { 'hwmon/hwmon0/power1_average': '30000000', gpu_busy_percent: '1' };
    await card({ vendor: '0x1002', ...memory, ...sensors });
    expect(await heard(path)).toContain('not needed');
    expect(await asked()).toBe('');
  });

  it('ends if the tool is missing, fails or has no GPU', async () => {
    expect(await heard(null)).toContain('not installed');
    expect(await heard(join(folder, 'none'))).toContain('amd-smi failed');
    expect(await heard(await tool('[]'))).toContain('has no GPU');
  });
});
