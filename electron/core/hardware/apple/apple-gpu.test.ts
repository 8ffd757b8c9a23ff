import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishOf } from '../../../../shared/sentences.ts';
import { createAppleGpuSource } from './apple-gpu.ts';
import { findExecutable } from '../child-process/executable-path.ts';
import type { GpuSource, GpuSourceRun, SourceReading } from '../source.ts';

const MEMORY = 64 * 1024 ** 3;
const IOREG = `+-o AGXAcceleratorG15X  <class AGXAcceleratorG15X>
{
  "model" = "Apple M3 Max"
  "PerformanceStatistics" = {"In use system memory"=18253611008,"Device Utilization %"=93}
}
`;
const SAMPLE =
  '{"temp":{"gpu_temp_avg":61.5},"memory":{"ram_total":68719476736},"gpu_freq_mhz":1398,"gpu_active_ratio":0.97,"cpu_power":2.5,"gpu_power":41.25}';

let folder: string;
let run: GpuSourceRun | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokwatt-apple-'));
  await writeFile(join(folder, 'registry'), IOREG);
  await program('ioreg', `cat ${folder}/registry`);
});

afterEach(async () => {
  await run?.stop();
  run = null;
  await rm(folder, { recursive: true, force: true });
});

/** A stand-in with the real program's name that runs a shell script. */
async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

function source(macmon: string | null): GpuSource {
  return createAppleGpuSource({ macmon, ioreg: join(folder, 'ioreg'), memoryBytes: MEMORY });
}

interface Heard {
  readonly ended: Promise<string>;
  /** The first reading for which `isWanted` is true. */
  readonly reading: (isWanted: (gpu: SourceReading) => boolean) => Promise<SourceReading>;
  readonly count: () => number;
}

function listen(opened: GpuSource, intervalMs = 500): Heard {
  const readings: SourceReading[] = [];
  let wake = (): void => undefined;
  let end: (note: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (end = resolve));
  run = opened.open(
    {
      readings: (gpus) => {
        readings.push(...gpus);
        wake();
      },
      ended: (note) => end(englishOf(note)),
    },
    intervalMs,
  );
  return {
    ended,
    count: () => readings.length,
    reading: async (isWanted) => {
      for (;;) {
        const found = readings.find(isWanted);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

describe.skipIf(process.platform === 'win32')('the GPU of a Mac', () => {
  it('has power from macmon, and memory and name from the registry', async () => {
    const macmon = await program(
      'macmon',
      `echo "$@" > ${folder}/args; while :; do echo '${SAMPLE}'; sleep 0.05; done`,
    );
    const { reading } = listen(source(macmon), 250);
    expect(await reading(({ name }) => name !== null)).toEqual({
      index: 0,
      id: null,
      name: 'Apple M3 Max',
      vendor: 'apple',
      utilizationPercent: 97,
      memoryUsedBytes: 18253611008,
      memoryTotalBytes: 68719476736,
      temperatureC: 61.5,
      powerW: 41.25,
      powerLimitW: null,
      energySensor: { counterJoules: null, counterRangeJoules: null, averagingMs: 500 },
      details: expect.objectContaining({ clockMHz: 1398, hasUnifiedMemory: true }),
    });
    expect(await readFile(join(folder, 'args'), 'utf8')).toBe('pipe -i 500\n');
  });

  it('keeps its one macmon at another pace', async () => {
    const macmon = await program(
      'macmon',
      `echo $$ >> ${folder}/pids; while :; do echo '${SAMPLE}'; sleep 0.05; done`,
    );
    const { reading, count } = listen(source(macmon));
    await reading(() => true);
    const before = count();
    run?.setIntervalMs?.(150);
    await expect.poll(count).toBeGreaterThan(before + 3);
    expect((await readFile(join(folder, 'pids'), 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  it('is not hidden by a registry that does not answer', async () => {
    await program('ioreg', 'exit 1');
    const macmon = await program('macmon', `echo '${SAMPLE}'; exec sleep 60`);
    const gpu = await listen(source(macmon)).reading(() => true);
    expect(gpu).toMatchObject({ powerW: 41.25, name: null, memoryUsedBytes: null });
  });

  it('has garbage between two lines ignored', async () => {
    const macmon = await program('macmon', `echo nonsense; echo '${SAMPLE}'; exec sleep 60`);
    expect(await listen(source(macmon)).reading(() => true)).toMatchObject({ powerW: 41.25 });
  });

  it('is lost if macmon dies after it has worked', async () => {
    const macmon = await program('macmon', `echo '${SAMPLE}'; echo 'it panicked' >&2; exit 3`);
    expect(await listen(source(macmon)).ended).toBe('macmon ended (exit code 3): it panicked');
  });

  it('is read from the registry without macmon', async () => {
    const gpu = await listen(source(null)).reading(() => true);
    expect(gpu).toMatchObject({ name: 'Apple M3 Max', utilizationPercent: 93, powerW: null });
  });

  it('is read from the registry where macmon does not work, now and in later runs', async () => {
    const script = `echo x >> ${folder}/started; echo 'unsupported' >&2; exit 1`;
    const opened = source(await program('macmon', script));
    expect(await listen(opened).reading(() => true)).toMatchObject({ powerW: null });
    await run?.stop();
    await listen(opened).reading(() => true);
    expect(await readFile(join(folder, 'started'), 'utf8')).toBe('x\n');
  });

  it('leaves no child behind', async () => {
    const script = `trap "" TERM; echo $$ > ${folder}/pid; echo '${SAMPLE}'; while :; do sleep 1; done`;
    const heard = listen(source(await program('macmon', script)));
    await heard.reading(() => true);
    const pid = (await readFile(join(folder, 'pid'), 'utf8')).trim();
    await run?.stop();
    expect(existsSync(`/proc/${pid}/exe`)).toBe(false);
    const count = heard.count();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard.count()).toBe(count);
  });

  it('says nothing when it is stopped at once', async () => {
    const heard = listen(source(await program('macmon', `echo '${SAMPLE}'`)));
    await run?.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard.count()).toBe(0);
  });

  it('macmon is found where Homebrew puts it', async () => {
    const path = await program('macmon', 'exit 0');
    await writeFile(join(folder, 'notes'), 'no program');
    const lookup = { folders: ['/nowhere', folder], env: { PATH: '/usr/bin' } };
    expect(await findExecutable('macmon', lookup)).toBe(path);
    expect(await findExecutable('notes', lookup)).toBeNull();
  });
});
