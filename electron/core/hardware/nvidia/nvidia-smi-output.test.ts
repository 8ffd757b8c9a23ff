import { describe, expect, it } from 'vitest';
import { createLineSplitter } from '../child-process/lines.ts';
import {
  isFieldRejection,
  NVIDIA_SMI_BASIC_FIELDS,
  NVIDIA_SMI_FIELDS,
  parseNvidiaSmi,
  parseNvidiaSmiLine,
} from './nvidia-smi-output.ts';

const MIB = 1024 * 1024;
const RTX =
  '0, GPU-11111111-2222-3333-4444-555555555555, 96, 21310, 24564, 47, 318.42, 318.42, 325.10, 480.00, 450.00, 8.9, 00000000:01:00.0, NVIDIA GeForce RTX 4090';
const L4 =
  '1, GPU-66666666-7777-8888-9999-000000000000, 0, 1, 23034, 38, 16.80, 16.80, 17.20, 72.00, 72.00, 8.9, 00000000:01:00.0, NVIDIA L4';
const NO_SENSOR = { counterJoules: null, counterRangeJoules: null, averagingMs: 0 };

describe('nvidia-smi output', () => {
  it('gives memory in bytes and everything else as printed', () => {
    expect(parseNvidiaSmiLine(RTX)).toEqual({
      index: 0,
      id: 'GPU-11111111-2222-3333-4444-555555555555',
      name: 'NVIDIA GeForce RTX 4090',
      vendor: 'nvidia',
      pciAddress: '0000:01:00.0',
      utilizationPercent: 96,
      memoryUsedBytes: 21310 * MIB,
      memoryTotalBytes: 24564 * MIB,
      temperatureC: 47,
      powerW: 325.1,
      powerLimitW: 450,
      energySensor: NO_SENSOR,
    });
  });

  it('keeps the zeros of an idle GPU', () => {
    const idle = parseNvidiaSmiLine(
      '0, GPU-1, 0, 0, 8192, 0, 0.00, [N/A], 0.00, 0.00, 0.00, 7.5, 00000000:01:00.0, NVIDIA T4',
    );
    expect(idle).toMatchObject({
      utilizationPercent: 0,
      memoryUsedBytes: 0,
      temperatureC: 0,
      powerW: 0,
      powerLimitW: 0,
    });
  });

  it.each([
    '[N/A]',
    'N/A',
    '[Not Supported]',
    '[Unknown Error]',
    '[Insufficient Permissions]',
    '[GPU requires reset]',
    '[Not Found]',
    '',
  ])('reads %j as unknown, not as zero', (missing) => {
    const line = `0, ${NVIDIA_SMI_FIELDS.slice(1)
      .map(() => missing)
      .join(', ')}`;
    expect(parseNvidiaSmiLine(line)).toEqual({
      index: 0,
      id: null,
      name: null,
      vendor: 'nvidia',
      pciAddress: null,
      utilizationPercent: null,
      memoryUsedBytes: null,
      memoryTotalBytes: null,
      temperatureC: null,
      powerW: null,
      powerLimitW: null,
      energySensor: NO_SENSOR,
    });
  });

  it('keeps a comma in a name', () => {
    expect(parseNvidiaSmiLine(`${RTX}, 24 GB`)?.name).toBe('NVIDIA GeForce RTX 4090, 24 GB');
  });

  it('reads several GPUs and skips other lines', () => {
    const text = [
      'No devices were found',
      RTX,
      '0, GPU-11111111-2222-3333',
      'Unable to determine the device handle for GPU0000:01:00.0: Unknown Error, x, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11',
      '',
      L4,
      '',
    ].join('\r\n');
    expect(parseNvidiaSmi(text).map((gpu) => [gpu.index, gpu.name, gpu.powerW])).toEqual([
      [0, 'NVIDIA GeForce RTX 4090', 325.1],
      [1, 'NVIDIA L4', 17.2],
    ]);
  });

  /** A line with these powers and this compute capability. */
  const powers = (draw: string, average: string, instant: string, capability: string): string =>
    `0, GPU-1, 5, 1, 2, 40, ${draw}, ${average}, ${instant}, 300.00, 280.00, ${capability}, 00000000:01:00.0, A card`;

  it.each([
    ['the instantaneous power first', ['90.00', '80.00', '70.00', '8.6'], 70, 0],
    ['a mean of 1 s on Ampere', ['90.00', '[N/A]', '[N/A]', '8.6'], 90, 1000],
    ['a mean of 1 s on newer chips', ['90.00', '[N/A]', '[N/A]', '12.0'], 90, 1000],
    ['an instant on GA100', ['90.00', '[N/A]', '[N/A]', '8.0'], 90, 0],
    ['an instant on older chips', ['90.00', '[N/A]', '[N/A]', '7.5'], 90, 0],
    ['an instant if the chip is unknown', ['90.00', '[N/A]', '[N/A]', '[N/A]'], 90, 0],
    ['a mean where there is one', ['90.00', '80.00', '[N/A]', '[N/A]'], 90, 1000],
    ['the mean if there is nothing else', ['[N/A]', '80.00', '[N/A]', '9.0'], 80, 1000],
    ['nothing', ['[N/A]', '[Not Supported]', '[Unknown Error]', '9.0'], null, 0],
  ] as const)('takes %s', (_, [draw, average, instant, capability], powerW, averagingMs) => {
    const reading = parseNvidiaSmiLine(powers(draw, average, instant, capability));
    expect(reading).toMatchObject({ powerW, energySensor: { ...NO_SENSOR, averagingMs } });
  });

  it('takes the enforced limit, or else the set one', () => {
    const line = powers('1.00', '1.00', '1.00', '8.9');
    expect(parseNvidiaSmiLine(line)?.powerLimitW).toBe(280);
    expect(parseNvidiaSmiLine(line.replace('280.00', '[N/A]'))?.powerLimitW).toBe(300);
  });

  it.each([
    ['Field "power.draw.instant" is not a valid field to query.', true],
    ['ERROR: Field "compute_cap" is not a valid field to be queried', true],
    ['Invalid field: power.draw.average', true],
    ['Failed to initialize NVML: Driver/library version mismatch', false],
    ['No devices were found', false],
    ['Unable to determine the device handle for GPU0000:01:00.0: Unknown Error', false],
    ['', false],
  ])('recognises whether %j rejects a field', (line, isRejection) => {
    expect(isFieldRejection(line)).toBe(isRejection);
  });

  it('reads the fields of a driver that knows fewer', () => {
    const line = '0, GPU-1, 96, 1, 2, 47, 318.42, 450.00, 0000:01:00.0, NVIDIA A10, 24 GB';
    expect(parseNvidiaSmiLine(line, NVIDIA_SMI_BASIC_FIELDS)).toMatchObject({
      name: 'NVIDIA A10, 24 GB',
      temperatureC: 47,
      powerW: 318.42,
      powerLimitW: 450,
      energySensor: NO_SENSOR,
    });
    const short = '0, GPU-1, 96, 1, 2, 47, 318.42, 450.00';
    expect(parseNvidiaSmiLine(short, NVIDIA_SMI_BASIC_FIELDS)).toBeNull();
  });
});

describe('line splitter', () => {
  it('gives the same lines for all chunk boundaries', () => {
    const bytes = Buffer.from(`${RTX}\nGrün µ\r\n\n${L4}\n`);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const lines: string[] = [];
      const split = createLineSplitter((line) => lines.push(line));
      split(bytes.subarray(0, cut));
      split(bytes.subarray(cut));
      expect(lines).toEqual([RTX, 'Grün µ', '', L4]);
    }
  });

  it('holds back an unfinished line', () => {
    const lines: string[] = [];
    const split = createLineSplitter((line) => lines.push(line));
    split(Buffer.from('one\ntw'));
    expect(lines).toEqual(['one']);
    split(Buffer.from('o\n'));
    expect(lines).toEqual(['one', 'two']);
  });

  it('limits the stored part of an endless line', () => {
    const lines: string[] = [];
    const split = createLineSplitter((line) => lines.push(line));
    for (let i = 0; i < 100; i += 1) split(Buffer.alloc(64 * 1024, 'x'));
    split(Buffer.from('\nnext\n'));
    expect(lines[0]?.length).toBeLessThanOrEqual(64 * 1024);
    expect(lines[1]).toBe('next');
  });
});
