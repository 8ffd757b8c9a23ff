import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishOf } from '../../../../shared/sentences.ts';
import { createPolledSource } from '../polled-source.ts';
import { sleepAware } from './sleep-aware-source.ts';
import type { GpuSource, GpuSourceRun, SourceReading } from '../source.ts';

const ADDRESS = '0000:01:00.0';
const READING: SourceReading = {
  ...{ index: 0, id: 'GPU-7', pciAddress: ADDRESS, name: 'RTX', vendor: 'nvidia' },
  ...{ utilizationPercent: 0, memoryUsedBytes: 0, memoryTotalBytes: 100, temperatureC: 40 },
  ...{ powerW: 9, powerLimitW: null },
};

let root: string;
let reads: number;
let run: GpuSourceRun | null = null;
let readings: (readonly SourceReading[])[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tokwatt-pci-'));
  reads = 0;
  readings = [];
});

afterEach(async () => {
  await run?.stop();
  run = null;
  await rm(root, { recursive: true, force: true });
});

async function device(address: string, status: string, kind = '0x030200'): Promise<void> {
  await mkdir(join(root, address, 'power'), { recursive: true });
  await writeFile(join(root, address, 'vendor'), '0x10de\n');
  await writeFile(join(root, address, 'class'), `${kind}\n`);
  await writeFile(join(root, address, 'power/control'), 'auto\n');
  await writeFile(join(root, address, 'power/runtime_status'), `${status}\n`);
}

const driver: GpuSource = createPolledSource({
  ...{ name: 'driver', lookedFor: 'driver', nothing: 'nothing' },
  read: () => {
    reads += 1;
    return Promise.resolve([READING]);
  },
});

function open(inner = driver, intervalMs = 20): Promise<string> {
  return new Promise((resolve) => {
    run = sleepAware(inner, { root }).open(
      { readings: (gpus) => readings.push(gpus), ended: (note) => resolve(englishOf(note)) },
      intervalMs,
    );
  });
}

async function until(wanted: () => boolean): Promise<void> {
  while (!wanted()) await sleep(5);
}

describe('an NVIDIA card that sleeps', () => {
  it('is not woken, and is told as asleep', async () => {
    await device(ADDRESS, 'suspended');
    // The card's sound device is no GPU.
    await device('0000:01:00.1', 'active', '0x040300');
    void open();
    await until(() => readings.length > 2);
    expect(readings.flat()[0]).toMatchObject({ id: ADDRESS, isAsleep: true, powerW: null });
    expect(reads).toBe(0);
  });

  it('is read when it wakes, and left alone when it sleeps again', async () => {
    await device(ADDRESS, 'suspended');
    void open();
    await until(() => readings.length > 0);
    await device(ADDRESS, 'active');
    await until(() => readings.at(-1)?.[0]?.powerW === 9);
    await device(ADDRESS, 'suspended');
    await until(() => readings.at(-1)?.[0]?.isAsleep === true);
    const before = reads;
    expect(readings.at(-1)).toMatchObject([{ id: 'GPU-7', name: 'RTX', powerW: null }]);
    const told = readings.length;
    await until(() => readings.length > told + 3);
    expect(reads).toBe(before);
  });

  it('does not keep another card from being read', async () => {
    await device(ADDRESS, 'suspended');
    await device('0000:02:00.0', 'active');
    void open();
    await until(() => reads > 1);
  });

  it('passes on that the tool cannot work, and tells nothing more', async () => {
    await device(ADDRESS, 'active');
    const missing: GpuSource = {
      ...{ name: 'missing', lookedFor: 'missing' },
      open(events) {
        setTimeout(() => events.ended('it is not installed'), 1);
        return { stop: () => Promise.resolve() };
      },
    };
    expect(await open(missing)).toBe('it is not installed');
    await device(ADDRESS, 'suspended');
    await sleep(50);
    expect(readings).toEqual([]);
  });

  it('is read without a PCI bus too, as under WSL', async () => {
    await rm(root, { recursive: true });
    void open();
    await until(() => reads > 1);
  });

  it('takes a new pace at once', async () => {
    await device(ADDRESS, 'active');
    void open(driver, 3_600_000);
    await until(() => reads === 1);
    run?.setIntervalMs?.(5);
    await until(() => reads > 4);
    run?.setIntervalMs?.(3_600_000);
    const before = reads;
    run?.readNow?.();
    await until(() => reads > before);
  });
});
