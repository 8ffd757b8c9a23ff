import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMeminfoSource, createOsMemorySource, parseMeminfo } from './main-memory.ts';
import { createPowerProfileSource, profileOf } from './power-profile.ts';

const MEMINFO = `MemTotal:       24684096 kB
MemFree:        20921716 kB
MemAvailable:   23323572 kB
SwapCached:            0 kB
SwapTotal:       8388604 kB
SwapFree:        8380412 kB
HugePages_Total:       0
`;
const { signal } = new AbortController();

describe('main memory', () => {
  it('counts what programs could not get as used', () => {
    expect(parseMeminfo(MEMINFO)).toEqual({
      memoryUsedBytes: (24684096 - 23323572) * 1024,
      memoryTotalBytes: 24684096 * 1024,
      swapUsedBytes: 8192 * 1024,
    });
  });

  it('keeps swap that is empty at 0, and unknown lines at null', () => {
    const text = 'MemTotal: 10 kB\nSwapTotal:  0 kB\nSwapFree:  0 kB\n';
    expect(parseMeminfo(text)).toEqual({
      memoryUsedBytes: null,
      memoryTotalBytes: 10240,
      swapUsedBytes: 0,
    });
    const nothing = { memoryUsedBytes: null, memoryTotalBytes: null, swapUsedBytes: null };
    expect(parseMeminfo('garbage')).toEqual(nothing);
  });

  it('reads this machine', async () => {
    const source = process.platform === 'linux' ? createMeminfoSource() : createOsMemorySource();
    const { memoryTotalBytes, memoryUsedBytes } = (await source.read(signal)).figures;
    expect(memoryTotalBytes).toBeGreaterThan(1e8);
    expect(memoryUsedBytes).toBeGreaterThan(0);
    expect(memoryUsedBytes).toBeLessThan(memoryTotalBytes!);
  });
});

describe('power profile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokwatt-profile-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('takes the firmware’s before the daemon’s, and null without both', async () => {
    const [platformProfile, daemonState] = [join(folder, 'profile'), join(folder, 'state.ini')];
    const source = createPowerProfileSource({ platformProfile, daemonState });
    const profile = async (): Promise<unknown> => (await source.read(signal)).figures.powerProfile;
    expect(await profile()).toBeNull();
    await writeFile(daemonState, '[State]\nCpuDriver=intel_pstate\nProfile=power-saver\n');
    expect(await profile()).toBe('power-saver');
    await writeFile(platformProfile, 'low-power\n');
    expect(await profile()).toBe('low-power');
  });

  it('ignores a state without a profile', () => {
    expect(profileOf('[State]\nCpuDriver=amd_pstate\nPlatformProfile=x\n')).toBeNull();
  });
});
