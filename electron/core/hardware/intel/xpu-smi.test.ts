import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishOf } from '../../../../shared/sentences.ts';
import type { GpuSourceRun, SourceReading } from '../source.ts';
import { createXpuSmiSource } from './xpu-smi.ts';
import { parseXpuDiscovery, parseXpuHead, parseXpuLine } from './xpu-smi-output.ts';

const DISCOVERY = JSON.stringify({
  device_list: [
    {
      ...{ device_id: 0, device_name: 'Intel(R) Arc(TM) A770 Graphics', device_type: 'GPU' },
      ...{ pci_bdf_address: '0000:4d:00.0', uuid: '00000000-0000-0000-0000-020a00008086' },
    },
    { device_id: 1, device_name: 'N/A', pci_bdf_address: '' },
    { device_name: 'no id' },
  ],
});
const HEAD =
  'Timestamp, DeviceId, GPU Utilization (%), GPU Power (W), GPU Frequency (MHz), GPU Core Temperature (Celsius Degree), GPU Memory Used (MiB)';
const FIRST = [
  '08:08:16.817,    0,  N/A, 281.13, 1600.00, 35.50, 17.52',
  '08:08:16.817,    1, 0.00, 0.00,    0,  N/A, 0.00',
];
const SECOND = [
  '08:08:17.817,    0, 99.30, 293.78, 1600.00, 36.00, 4096.00',
  '08:08:17.817,    1,,,,,',
];

const head = parseXpuHead(HEAD) ?? [];
const devices = parseXpuDiscovery(DISCOVERY);
const parsed = (line: string, columns = head): SourceReading | null =>
  parseXpuLine(line, columns, devices);

describe('the lines of xpu-smi', () => {
  it('have the figures of each device, and N/A or nothing is unknown', () => {
    expect(parsed(SECOND[0]!)).toEqual({
      ...{ index: 0, id: '0000:4d:00.0', name: 'Intel(R) Arc(TM) A770 Graphics', vendor: 'intel' },
      ...{ utilizationPercent: 99.3, memoryUsedBytes: 4_096 * 2 ** 20, memoryTotalBytes: null },
      ...{ temperatureC: 36, powerW: 293.78, powerLimitW: null },
      energySensor: { counterJoules: null, counterRangeJoules: null, averagingMs: 1_000 },
      details: expect.objectContaining({ clockMHz: 1_600 }) as unknown,
    });
    expect(parsed(FIRST[0]!)).toMatchObject({ utilizationPercent: null, powerW: 281.13 });
    expect(parsed(SECOND[1]!)).toMatchObject({
      ...{ index: 1, id: null, name: null, utilizationPercent: null, powerW: null },
      ...{ temperatureC: null, memoryUsedBytes: null, details: { clockMHz: null } },
    });
  });

  it('keep zeros', () => {
    expect(parsed(FIRST[1]!)).toMatchObject({
      ...{ utilizationPercent: 0, powerW: 0, memoryUsedBytes: 0, details: { clockMHz: 0 } },
    });
  });

  it('are read by the names of the columns, with any spelling of the units', () => {
    const columns = parseXpuHead('Timestamp, DeviceId, GPU Core Temperature (C), GPU Power') ?? [];
    expect(parsed('2026/01/02 08:08:17.817, 0, 41, 90.5', columns)).toMatchObject({
      ...{ temperatureC: 41, powerW: 90.5, utilizationPercent: null, memoryUsedBytes: null },
    });
  });

  it('have no load of more than 100 %, and no negative power', () => {
    const odd = parsed('08:08:16.817, 0, 240.00, -3.00, 0, 0, 0');
    expect(odd).toMatchObject({ utilizationPercent: null, powerW: null });
  });

  it.each([
    '',
    HEAD,
    'Error: Device not found',
    '08:08:16.817, 0, 1.00',
    '08:08:16.817, x, 1, 2, 3, 4, 5',
    'yesterday, 0, 1, 2, 3, 4, 5',
  ])('are not %j', (line) => expect(parsed(line)).toBeNull());

  it.each([
    '',
    '[]',
    'null',
    '{"device_list": "N/A"}',
    '{"error": "Level Zero Initialization Error"}',
  ])('list no device in %j', (text) => expect(parseXpuDiscovery(text)).toEqual([]));
});

describe.skipIf(process.platform === 'win32')('the source', () => {
  let folder: string;
  let run: GpuSourceRun | null = null;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokwatt-xpu-smi-'));
  });
  afterEach(async () => {
    await run?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function tool(lines: readonly string[], end: string, list = DISCOVERY): Promise<string> {
    const path = join(folder, 'xpu-smi');
    await writeFile(join(folder, 'discovery'), list);
    await writeFile(join(folder, 'dump'), `${lines.join('\n')}\n`);
    const isDump = `[ "$1" = dump ] || exit 0`;
    await writeFile(
      path,
      `#!/bin/sh\necho "$@" >> ${folder}/asked\ncat ${folder}/$1\n${isDump}\n${end}\n`,
    );
    await chmod(path, 0o755);
    return path;
  }

  function heard(path: string | null): {
    blocks: (readonly SourceReading[])[];
    ended: Promise<string>;
  } {
    const blocks: (readonly SourceReading[])[] = [];
    const ended = new Promise<string>((resolve) => {
      const events = { readings: (gpus: readonly SourceReading[]) => blocks.push(gpus) };
      run = createXpuSmiSource({ path }).open(
        { ...events, ended: (note) => resolve(englishOf(note)) },
        150,
      );
    });
    return { blocks, ended };
  }

  it('delivers blocks of one long-lived process', async () => {
    const { blocks } = heard(await tool([HEAD, ...FIRST, 'garbage', ...SECOND], 'exec sleep 60'));
    await expect.poll(() => blocks.length).toBe(2);
    expect(blocks.map((gpus) => gpus.map(({ powerW }) => powerW))).toEqual([
      [281.13, 0],
      [293.78, null],
    ]);
    const asked = await readFile(join(folder, 'asked'), 'utf8');
    expect(asked).toBe('discovery -j\ndump -d 0,1 --metrics 0,1,2,3,18\n');
  });

  it('says why it ended', async () => {
    const failing = heard(await tool(['Error: no permission'], 'exit 1'));
    expect(await failing.ended).toBe('xpu-smi ended (exit code 1): Error: no permission');
    expect(failing.blocks).toEqual([]);
    expect(await heard(null).ended).toBe('xpu-smi is not installed');
    expect(await heard(join(folder, 'none')).ended).toContain('xpu-smi failed');
    expect(await heard(await tool([], 'exit 0', '{}')).ended).toBe('xpu-smi knows no GPU');
  });

  it('can be stopped while it looks for devices', async () => {
    const path = await tool([], 'exit 0');
    await writeFile(path, `#!/bin/sh\nexec sleep 60\n`);
    let isTold = false;
    void heard(path).ended.then(() => (isTold = true));
    await run?.stop();
    expect(isTold).toBe(false);
  });
});
