import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishOf } from '../../../../shared/sentences.ts';
import type { SourceReading } from '../source.ts';
import { parseTegrastatsLine } from './tegrastats-output.ts';
import { createTegrastatsSource } from './tegrastats.ts';

const MIB = 1024 * 1024;
const NANO =
  'RAM 2519/3956MB (lfb 3x4MB) SWAP 0/1978MB (cached 0MB) CPU [12%@1479,off,7%@1479,20%@1479] EMC_FREQ 9%@1600 GR3D_FREQ 45%@921 NVDEC 716 APE 25 PLL@33C CPU@36.5C PMIC@100C GPU@34C AO@41C thermal@35.25C POM_5V_IN 3187/3100 POM_5V_GPU 450/400 POM_5V_CPU 612/600';
const XAVIER =
  'RAM 5059/30623MB (lfb 5843x4MB) SWAP 0/15311MB (cached 0MB) CPU [5%@1190,off] EMC_FREQ 0% GR3D_FREQ 0% VIC_FREQ 0%@115 APE 150 AUX@30C CPU@31.5C thermal@31.1C Tboard@32C AO@30C GPU@30.5C Tdiode@33C PMIC@100C GPU 153/76 CPU 306/306 SOC 1071/1071 CV 0/0 VDDRQ 153/153 SYS5V 1688/1688';
const AGX_ORIN =
  '11-27-2026 10:00:01 RAM 4722/30536MB (lfb 100x4MB) SWAP 0/15268MB (cached 0MB) CPU [0%@729,off] EMC_FREQ 0%@2133 GR3D_FREQ 12%@[1300,1300] VIC_FREQ 729 APE 174 CV0@-256C CPU@45.5C Tboard@34C SOC2@41.5C Tdiode@35C GPU@-256C tj@45.5C VDD_GPU_SOC 5139mW/5100mW VDD_CPU_CV 400mW/400mW VIN_SYS_5V0 5500mW/5500mW NC 0mW/0mW';
const ORIN_NANO =
  'RAM 3009/7620MB (lfb 2x4MB) SWAP 0/3810MB (cached 0MB) CPU [1%@1510,0%@1510] GR3D_FREQ 99% cpu@47.6C soc2@46.6C gpu@48.8C tj@48.8C VDD_IN 4808mW/4808mW VDD_CPU_GPU_CV 509mW/509mW VDD_SOC 1338mW/1338mW';
const WITH_MAXIMUM =
  'RAM 4722/7844MB (lfb 1x1MB) CPU [1%@1510] gr3d_freq 5%@306 gpu@40C vdd_gpu_soc 1000mW/900mW/1100mW';

describe('tegrastats output', () => {
  it.each([
    ['Nano', NANO, 45, 921, 34, 0.45, 2519, 3956],
    ['Xavier', XAVIER, 0, null, 30.5, 0.153, 5059, 30_623],
    ['AGX Orin, with a sensor that is off', AGX_ORIN, 12, 1300, null, 5.139, 4722, 30_536],
    ['Orin Nano', ORIN_NANO, 99, null, 48.8, 0.509, 3009, 7620],
    ['a release with small letters and maxima', WITH_MAXIMUM, 5, 306, 40, 1, 4722, 7844],
  ])('of %s is read', (_board, line, percent, clockMHz, temperatureC, powerW, used, total) => {
    expect(parseTegrastatsLine(line)).toMatchObject({
      ...{ vendor: 'nvidia', utilizationPercent: percent, temperatureC, powerW },
      ...{ memoryUsedBytes: used * MIB, memoryTotalBytes: total * MIB },
      details: { clockMHz, hasUnifiedMemory: true },
    });
  });

  it('without a rail of the GPU has no power, never that of the board', () => {
    const line = NANO.replace(/ POM_5V_GPU \S+/, '');
    expect(parseTegrastatsLine(line)).toMatchObject({ utilizationPercent: 45, powerW: null });
  });

  it.each(['', 'tegrastats: command failed', 'RAM 1/2MB', NANO.slice(0, 40)])(
    'that is something else (%j) is no reading',
    (line) => expect(parseTegrastatsLine(line)).toBeNull(),
  );
});

describe.skipIf(process.platform === 'win32')(
  'tegrastats source, with a real child process',
  () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tokwatt-tegra-'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    async function open(script: string | null): Promise<{
      readonly readings: SourceReading[];
      readonly ended: Promise<string>;
      readonly stop: () => Promise<void>;
    }> {
      const path = join(folder, 'tegrastats');
      if (script !== null) {
        await writeFile(path, `#!/bin/sh\n${script}\n`);
        await chmod(path, 0o755);
      }
      const readings: SourceReading[] = [];
      let end: (note: string) => void = () => undefined;
      const ended = new Promise<string>((resolve) => (end = resolve));
      const run = createTegrastatsSource({ path }).open(
        { readings: (gpus) => readings.push(...gpus), ended: (note) => end(englishOf(note)) },
        1_000,
      );
      return { readings, ended, stop: () => run.stop() };
    }

    it('reads line by line, and ends with the tool', async () => {
      const { readings, stop } = await open(`while :; do echo "${NANO}"; sleep 0.02; done`);
      while (readings.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(readings[2]).toMatchObject({ powerW: 0.45 });
      await stop();
    });

    it('says why the tool ended or that there is none', async () => {
      expect(await (await open(null)).ended).toBe('tegrastats is not installed');
      const { ended } = await open('echo "no permission" >&2; exit 3');
      expect(await ended).toBe('tegrastats ended (exit code 3): no permission');
    });
  },
);
