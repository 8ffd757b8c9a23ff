import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishOf } from '../../../../shared/sentences.ts';
import type { GpuSourceRun, SourceReading } from '../source.ts';
import { luidText, parseCounterLine, parseInstance } from './windows-counters.ts';
import type { CounterLine } from './windows-counters.ts';
import { createWindowsGpuSource } from './windows-gpu.ts';
import { windowsReadings } from './windows-readings.ts';
import type { CounterBlock, WindowsFacts } from './windows-readings.ts';
import { windowsScript } from './windows-script.ts';

const GIB = 1024 ** 3;
const CARD = 'luid_0x00000000_0x0000C8F5_phys_0';
const INTEGRATED = 'luid_0x00000000_0x0000D1A2_phys_0';
const SOFTWARE = 'luid_0x00000000_0x0000FFFF_phys_0';

/** What the script tells once: a graphics card, a GPU inside the processor, and a software adapter. */
const FACTS = [
  `G\t51445\t4098\t29772\t${24 * GIB}\t${16 * GIB}\tAMD Radeon RX 7900 XTX`,
  `G\t53666\t32902\t18086\t134217728\t${16 * GIB}\tIntel(R) UHD Graphics 770`,
  'G\t65535\t5140\t140\t0\t17179869184\tMicrosoft Basic Render Driver',
  'L\tVEN_1002&DEV_744C&SUBSYS_0E3B1002&REV_C8\t@System32\\drivers\\pci.sys,#65536;PCI-Bus %1, Gerät %2, Funktion %3;(3,0,0)',
  'L\tVEN_8086&DEV_46A6&SUBSYS_00000000\t@System32\\drivers\\pci.sys,#65536;PCI-Bus %1;(0,2,0)',
];

function block(at: number, ticks: Readonly<Record<string, number>>): string[] {
  return [
    `T\t${at}`,
    ...Object.entries(ticks).map(([instance, time]) => `E\t${instance}\t${time}`),
    `M\t${CARD}\t${17 * GIB}\t${GIB}`,
    `M\t${INTEGRATED}\t0\t${2 * GIB}`,
    `M\t${SOFTWARE}\t0\t0`,
    `P\tpid_4242_${CARD}\t${16 * GIB}\t4096`,
    `P\tpid_77_${CARD}\t${GIB}\t0`,
    'N\t4242\tllama-server',
    'Z',
  ];
}

const engine = (pid: number, adapter: string, rest: string): string =>
  `pid_${pid}_${adapter}_${rest}`;
const FIRST = {
  [engine(4242, CARD, 'eng_3_engtype_Compute_0')]: 50_000_000,
  [engine(77, CARD, 'eng_0_engtype_3D')]: 10_000_000,
};
/** One second later: 0.6 s of compute by one process, 0.3 s by another, and 0.2 s of 3D. */
const SECOND = {
  [engine(4242, CARD, 'eng_3_engtype_Compute_0')]: 56_000_000,
  [engine(77, CARD, 'eng_3_engtype_Compute_0')]: 3_000_000,
  [engine(77, CARD, 'eng_0_engtype_3D')]: 12_000_000,
};

describe('lines of the script', () => {
  it('name a process, an adapter and an engine', () => {
    expect(parseInstance(engine(4242, CARD, 'eng_1_engtype_3D'))).toEqual({
      pid: 4242,
      luid: '0x00000000_0x0000c8f5',
      engine: '1 3D',
    });
    expect(parseInstance(CARD)).toEqual({ pid: null, luid: '0x00000000_0x0000c8f5', engine: null });
    expect(parseInstance(engine(1, CARD, 'eng_9_engtype_'))?.engine).toBe('9 ');
    expect(parseInstance('_Total')).toBeNull();
  });

  it('have LUIDs as one number in the registry', () => {
    expect(luidText(51445n)).toBe('0x00000000_0x0000c8f5');
    expect(luidText(0x1_0000_0002n)).toBe('0x00000001_0x00000002');
  });

  it('have the place on the PCI bus in every language', () => {
    expect(parseCounterLine(FACTS[3]!)).toEqual({
      kind: 'location',
      location: { vendorId: 0x1002, deviceId: 0x744c, address: '0000:03:00.0' },
    });
    expect(parseCounterLine('L\tVEN_1002&DEV_744C\t@x;PCI bus %1;(130,31,7)')).toMatchObject({
      location: { address: '0000:82:1f.7' },
    });
  });

  it.each([
    '',
    'T\t',
    'T\t12,5',
    'E\t_Total\t5',
    `E\tpid_1_${CARD}_eng_0_engtype_3D\t12,34`,
    `M\t${CARD}\t5`,
    'W\tRAPL_Package0_PKG\t',
    'W\tRAPL_Package0_Core3_CORE\t33770455183333',
    'W\tRAPL_Package0_DRAM\t5',
    'W\t_Total\t5',
    'G\t\t0\t0\t0\t0\t',
    'L\tACPI\\X\t(0,2,0)',
    'Get-ChildItem : Cannot find path',
  ])('are not %j', (line) => expect(parseCounterLine(line)).toBeNull());
});

describe('readings on Windows', () => {
  const lines = (texts: readonly string[]): CounterLine[] =>
    texts.map(parseCounterLine).filter((line) => line !== null);
  const blockOf = (texts: readonly string[]): CounterBlock => {
    const all = lines(texts);
    const at = all.flatMap((line) => (line.kind === 'begin' ? line.at : []))[0] ?? 0;
    const isCount = (line: CounterLine): boolean => 'instance' in line || line.kind === 'energy';
    return { at, lines: all.filter(isCount) };
  };
  const facts = (texts: readonly string[] = FACTS): WindowsFacts => {
    const all = lines(texts);
    return {
      adapters: new Map(
        all.flatMap((line) => (line.kind === 'adapter' ? [[line.adapter.luid, line.adapter]] : [])),
      ),
      locations: all.flatMap((line) => (line.kind === 'location' ? line.location : [])),
      processNames: new Map([[4242, 'llama-server']]),
    };
  };

  it('have the busiest engine, memory, processes, name and place of each GPU', () => {
    const readings = windowsReadings(
      blockOf(block(1000, FIRST)),
      blockOf(block(2000, SECOND)),
      facts(),
    );
    expect(readings).toMatchObject([
      {
        index: 0,
        id: '0000:03:00.0',
        name: 'AMD Radeon RX 7900 XTX',
        vendor: 'amd',
        memoryUsedBytes: 17 * GIB,
        memoryTotalBytes: 24 * GIB,
        powerW: null,
        details: {
          hasUnifiedMemory: false,
          processes: [
            { pid: 4242, name: 'llama-server', memoryBytes: 16 * GIB },
            { pid: 77, name: null, memoryBytes: GIB },
          ],
        },
      },
      {
        index: 1,
        id: '0000:00:02.0',
        vendor: 'intel',
        utilizationPercent: 0,
        memoryUsedBytes: 2 * GIB,
        memoryTotalBytes: 16 * GIB + 134217728,
        details: { hasUnifiedMemory: true },
      },
    ]);
    expect(readings[0]?.utilizationPercent).toBeCloseTo(90, 6);
    const loads = readings[0]?.details?.processes?.map((each) => each.utilizationPercent);
    expect(loads?.[0]).toBeCloseTo(60, 6);
    expect(loads?.[1]).toBeCloseTo(30, 6);
  });

  it('have no utilisation at first, and none after two blocks of one moment', () => {
    const first = blockOf(block(1000, FIRST));
    expect(windowsReadings(null, first, facts())[0]?.utilizationPercent).toBeNull();
    expect(windowsReadings(first, first, facts())[0]?.utilizationPercent).toBeNull();
  });

  it('take no time of a process that ended and came back', () => {
    const later = blockOf(block(2000, { [engine(4242, CARD, 'eng_3_engtype_Compute_0')]: 10 }));
    const [gpu] = windowsReadings(blockOf(block(1000, FIRST)), later, facts());
    expect(gpu?.utilizationPercent).toBe(0);
  });

  describe('of a GPU inside the processor', () => {
    /** Watt-hours as the counters tell them. */
    const metered = (at: number, parts: Readonly<Record<string, number>>): CounterBlock =>
      blockOf([
        ...Object.entries(parts).map(
          ([part, wh]) => `W\tRAPL_Package${part}\t${Math.round(wh * 1e12)}`,
        ),
        ...block(at, {}),
      ]);
    const powersOf = (before: CounterBlock | null, after: CounterBlock, texts = FACTS): unknown[] =>
      windowsReadings(before, after, facts(texts)).map(({ powerW, energySensor }) =>
        energySensor === undefined ? powerW : [powerW, energySensor],
      );
    const sensor = (counterJoules: number | null, averagingMs: number): unknown => ({
      ...{ counterJoules, counterRangeJoules: null, averagingMs },
    });
    const amd = [FACTS[0]!.replace('AMD Radeon RX 7900 XTX', 'AMD Radeon 780M'), FACTS[2]!].map(
      (line) => line.replace(String(24 * GIB), '536870912'),
    );

    it('have the power of its graphics, and those of cards have none', () => {
      const before = metered(1_000, { '0_PKG': 33, '0_PP1': 1 });
      const after = metered(3_000, { '0_PKG': 34, '0_PP1': 1.005 });
      expect(powersOf(null, before)).toEqual([null, [null, sensor(3_600, 0)]]);
      const [, [powerW, energy]] = powersOf(before, after) as [null, [number, unknown]];
      expect(powerW).toBeCloseTo(9, 6);
      expect(energy).toEqual(sensor(3_618, 2_000));
    });

    it('have the power of the whole processor with AMD', () => {
      const before = metered(1_000, { '0_PKG': 2, '0_PP1': 1 });
      const [[powerW] = []] = powersOf(
        before,
        metered(3_000, { '0_PKG': 2.02 }),
        amd,
      ) as number[][];
      expect(powerW).toBeCloseTo(36, 6);
    });

    it.each([
      ['stands still', { '0_PP1': 1 }, { '0_PP1': 1 }],
      ['goes back', { '0_PP1': 2 }, { '0_PP1': 1 }],
      ['jumps', { '0_PP1': 1 }, { '0_PP1': 9 }],
    ])('have none while the counter %s', (_, earlier, later) => {
      const [, power] = powersOf(metered(1_000, earlier), metered(3_000, later));
      expect(power).toEqual([null, sensor(null, 0)]);
    });

    it.each([
      ['there is no such counter', {}, FACTS],
      ['the counter never counted', { '0_PP1': 0 }, FACTS],
      ['there are two processors', { '0_PP1': 1, '1_PP1': 1 }, FACTS],
      ['there are two such GPUs', { '0_PP1': 1 }, [...FACTS, FACTS[1]!.replace('53666', '53667')]],
    ])('have none if %s', (_, parts, texts) => {
      expect(powersOf(null, metered(1_000, parts), texts)[1]).toBeNull();
    });
  });

  it('have no place for two equal cards', () => {
    const twin = FACTS[0]!.replace('51445', '53666');
    const readings = windowsReadings(
      null,
      blockOf(block(1, FIRST)),
      facts([FACTS[0]!, twin, FACTS[3]!]),
    );
    expect(readings.map(({ id }) => id)).toEqual([null, null]);
  });

  it('have an adapter that is not registered only if its memory is used', () => {
    const readings = windowsReadings(null, blockOf(block(1, FIRST)), facts([]));
    expect(readings).toMatchObject([
      { name: null, vendor: 'other', memoryUsedBytes: 17 * GIB, memoryTotalBytes: null },
    ]);
  });
});

describe.skipIf(process.platform === 'win32')('the source', () => {
  let folder: string;
  let run: GpuSourceRun | null = null;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokwatt-windows-'));
  });
  afterEach(async () => {
    await run?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A stand-in for PowerShell that prints lines and keeps its arguments. */
  async function powershell(output: readonly string[], end: string): Promise<string> {
    const path = join(folder, 'powershell');
    await writeFile(join(folder, 'output'), `${output.join('\r\n')}\r\n`);
    const script = `printf '%s\\n' "$@" > ${folder}/args\ncat ${folder}/output\n${end}\n`;
    await writeFile(path, `#!/bin/sh\n${script}`);
    await chmod(path, 0o755);
    return path;
  }

  function heard(path: string): { blocks: (readonly SourceReading[])[]; ended: Promise<string> } {
    const blocks: (readonly SourceReading[])[] = [];
    const ended = new Promise<string>((resolve) => {
      const source = createWindowsGpuSource({ path });
      run = source.open(
        { readings: (gpus) => blocks.push(gpus), ended: (note) => resolve(englishOf(note)) },
        250,
      );
    });
    return { blocks, ended };
  }

  it('delivers blocks of one long-lived process, without a card that is gone', async () => {
    const gone = block(3000, {}).filter((line) => !line.includes('C8F5'));
    const output = [...FACTS, ...block(1000, FIRST), 'garbage', ...block(2000, SECOND), ...gone];
    const { blocks } = heard(await powershell(output, 'exec sleep 60'));
    await expect.poll(() => blocks.length).toBe(3);
    expect(blocks[0]?.[0]?.utilizationPercent).toBeNull();
    expect(blocks[1]?.[0]?.utilizationPercent).toBeCloseTo(90, 6);
    expect(blocks[2]?.map(({ vendor }) => vendor)).toEqual(['intel']);
    const args = await readFile(join(folder, 'args'), 'utf8');
    expect(args).toContain('-NoProfile');
    expect(args).toContain('Start-Sleep -Milliseconds 2000');
  });

  it('does not deliver a block that was cut off', async () => {
    const cut = block(1000, FIRST).slice(0, -1);
    const { blocks, ended } = heard(await powershell([...FACTS, ...cut], 'exit 1'));
    expect(await ended).toMatch(/^PowerShell ended \(exit code 1\)/);
    expect(blocks).toEqual([]);
  });

  it('ends if the counters show no GPU', async () => {
    const software = [`T\t5`, `M\t${SOFTWARE}\t0\t0`, 'Z'];
    const { ended } = heard(await powershell([...FACTS, ...software], 'exec sleep 60'));
    expect(await ended).toBe('the performance counters show no GPU');
  });

  it('says why there are no counters', async () => {
    const { ended } = heard(await powershell([], "echo 'Windows has no GPU counters' >&2; exit 3"));
    expect(await ended).toBe('PowerShell ended (exit code 3): Windows has no GPU counters');
  });

  it('ends if PowerShell is missing', async () => {
    expect(await heard(join(folder, 'none')).ended).toBe('PowerShell is not installed');
  });

  it('passes a script without double quotes and line ends, which arguments would lose', () => {
    expect(windowsScript(1000)).not.toMatch(/["\r\n]/);
  });
});
