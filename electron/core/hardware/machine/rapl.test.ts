import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inEnglish } from '../../../../shared/sentences.ts';
import type { MachineSource } from './machine-source.ts';
import { RAPL_UDEV_RULE, createRaplSource, packagePower } from './rapl.ts';
import type { PackageEnergy } from './rapl.ts';

let root: string;
let time = 0;
let source: MachineSource;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tokwatt-rapl-'));
  time = 1000;
  source = createRaplSource({ root, now: () => time });
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function zone(name: string, files: Record<string, string>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    const path = join(root, name, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${content}\n`);
  }
}

async function power(): Promise<number | null | undefined> {
  return (await source.read(new AbortController().signal)).figures.cpuPowerW;
}

describe('rapl in sysfs', () => {
  it('sums packages and leaves out their parts, the platform and other drivers', async () => {
    const set = async (a: number, b: number): Promise<void> => {
      await zone('intel-rapl:0', { name: 'package-0', energy_uj: String(a) });
      await zone('intel-rapl:1', { name: 'package-1', energy_uj: String(b) });
      for (const part of ['intel-rapl:0:0', 'intel-rapl:2', 'intel-rapl-mmio:0', 'intel-rapl']) {
        const name = part === 'intel-rapl:2' ? 'psys' : 'package-0';
        await zone(part, { name, energy_uj: String(a * 100) });
      }
    };
    await set(1_000_000, 2_000_000);
    expect(await power()).toBeNull();
    time += 2000;
    await set(81_000_000, 42_000_000);
    expect(await power()).toBeCloseTo(60, 6);
  });

  it('makes up for a counter that starts again at its range', async () => {
    const files = { name: 'package-0', max_energy_range_uj: '262143328850' };
    await zone('intel-rapl:0', { ...files, energy_uj: '262140000000' });
    await power();
    time += 1000;
    await zone('intel-rapl:0', { ...files, energy_uj: '46671150' });
    expect(await power()).toBeCloseTo(50, 6);
  });

  it.each([
    ['a counter that stands still', '5000000', null],
    ['a counter that went back and has no range', '4000000', null],
    ['a counter that was reset to more than any processor draws', '99000000000', null],
    ['a counter without a number', 'N/A', null],
  ])('does not know the power of %s', async (_case, next, expected) => {
    await zone('intel-rapl:0', { name: 'package-0', energy_uj: '5000000' });
    await power();
    time += 1000;
    await zone('intel-rapl:0', { name: 'package-0', energy_uj: next });
    expect(await power()).toBe(expected);
  });

  it('does not know the sum while a package is missing, and starts again when it is back', async () => {
    await zone('intel-rapl:0', { name: 'package-0', energy_uj: '1000000' });
    await zone('intel-rapl:1', { name: 'package-1', energy_uj: '1000000' });
    await power();
    await rm(join(root, 'intel-rapl:1'), { recursive: true });
    time += 1000;
    expect(await power()).toBeNull();
    await zone('intel-rapl:1', { name: 'package-1', energy_uj: '1000000' });
    time += 1000;
    expect(await power()).toBeNull();
    await zone('intel-rapl:0', { name: 'package-0', energy_uj: '11000000' });
    await zone('intel-rapl:1', { name: 'package-1', energy_uj: '11000000' });
    time += 1000;
    expect(await power()).toBeCloseTo(20, 6);
  });

  it('says nothing on a machine without such counters', async () => {
    expect(await source.read(new AbortController().signal)).toEqual({
      figures: { cpuPowerW: null },
      note: null,
    });
  });

  it('shows the rule that opens a counter only root may read', async () => {
    await zone('intel-rapl:0', { name: 'package-0', energy_uj: '1' });
    const denied = Object.assign(new Error('permission denied'), { code: 'EACCES' });
    source = createRaplSource({ root, readCounter: () => Promise.reject(denied) });
    const part = await source.read(new AbortController().signal);
    expect(part.figures.cpuPowerW).toBeNull();
    expect(part.note && inEnglish(part.note)).toContain(RAPL_UDEV_RULE);
  });
});

it('two readings at the same moment give no power', () => {
  const at = (microjoules: number): PackageEnergy[] => [
    { zone: 'intel-rapl:0', microjoules, rangeMicrojoules: null, at: 5 },
  ];
  expect(packagePower(at(1), at(2))).toBeNull();
});
