import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import { englishOf } from '../../../../shared/sentences.ts';
import { createAppleSource, parseIoreg } from './apple-ioreg.ts';
import type { GpuSourceEvents, SourceReading } from '../source.ts';

const M3 = `+-o AGXAcceleratorG15X  <class AGXAcceleratorG15X, id 0x1000003b5, registered>
    {
      "model" = "Apple M3 Max"
      "gpu-core-count" = 40
      "PerformanceStatistics" = {"In use system memory (driver)"=0,"In use system memory"=18253611008,"Alloc system memory"=41231686041,"Device Utilization %"=93,"Renderer Utilization %"=92,"Tiler Utilization %"=5}
    }
`;
const MEMORY = 64 * 1024 ** 3;

describe('ioreg', () => {
  it('reports load and memory, but no power or temperature', () => {
    expect(parseIoreg(M3, MEMORY)).toEqual([
      {
        index: 0,
        id: null,
        name: 'Apple M3 Max',
        vendor: 'apple',
        utilizationPercent: 93,
        memoryUsedBytes: 18253611008,
        memoryTotalBytes: MEMORY,
        temperatureC: null,
        powerW: null,
        powerLimitW: null,
        details: { ...NO_GPU_DETAILS, hasUnifiedMemory: true },
      },
    ]);
  });

  it('keeps a zero and leaves missing values unknown', () => {
    const idle = '+-o A\n{\n "PerformanceStatistics" = {"Device Utilization %"=0}\n}\n';
    expect(parseIoreg(idle, MEMORY)).toMatchObject([
      {
        name: null,
        utilizationPercent: 0,
        memoryUsedBytes: null,
        details: { hasUnifiedMemory: null },
      },
    ]);
  });

  it('does not say that a graphics card of an older Mac shares main memory', () => {
    const card = M3.replace('Apple M3 Max', 'AMD Radeon Pro 5500M');
    expect(parseIoreg(card, MEMORY)).toMatchObject([{ details: { hasUnifiedMemory: false } }]);
  });

  it('finds no GPU in other text', () => {
    expect(parseIoreg('', MEMORY)).toEqual([]);
    expect(parseIoreg('+-o Root  <class IORegistryEntry>\n', MEMORY)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('asks under the older class name too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tokwatt-ioreg-'));
    const path = join(folder, 'ioreg');
    await writeFile(join(folder, 'm3'), M3);
    await writeFile(path, `#!/bin/sh\n[ "$3" = IOAccelerator ] && cat ${folder}/m3\nexit 0\n`);
    await chmod(path, 0o755);
    const gpus = await new Promise<readonly SourceReading[]>((resolve, reject) => {
      const events: GpuSourceEvents = {
        readings: (found) => void run.stop().then(() => resolve(found)),
        ended: (note) => reject(new Error(englishOf(note))),
      };
      const run = createAppleSource({ path, memoryBytes: MEMORY }).open(events, 60_000);
    });
    expect(gpus.map((gpu) => gpu.name)).toEqual(['Apple M3 Max']);
    await rm(folder, { recursive: true });
  });
});
