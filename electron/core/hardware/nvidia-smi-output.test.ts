import { describe, expect, it } from 'vitest';
import { createLineSplitter } from './lines.ts';
import { parseNvidiaSmi, parseNvidiaSmiLine } from './nvidia-smi-output.ts';

const MIB = 1024 * 1024;
const RTX =
  '0, GPU-11111111-2222-3333-4444-555555555555, 96, 21310, 24564, 47, 318.42, 450.00, NVIDIA GeForce RTX 4090';
const L4 = '1, GPU-66666666-7777-8888-9999-000000000000, 0, 1, 23034, 38, 16.80, 72.00, NVIDIA L4';

describe('nvidia-smi output', () => {
  it('gives memory in bytes and everything else as printed', () => {
    expect(parseNvidiaSmiLine(RTX)).toEqual({
      index: 0,
      id: 'GPU-11111111-2222-3333-4444-555555555555',
      name: 'NVIDIA GeForce RTX 4090',
      vendor: 'nvidia',
      utilizationPercent: 96,
      memoryUsedBytes: 21310 * MIB,
      memoryTotalBytes: 24564 * MIB,
      temperatureC: 47,
      powerW: 318.42,
      powerLimitW: 450,
    });
  });

  it('keeps the zeros of an idle GPU', () => {
    const idle = parseNvidiaSmiLine('0, GPU-1, 0, 0, 8192, 0, 0.00, 0.00, NVIDIA T4');
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
    const line = `0, ${[missing, missing, missing, missing, missing, missing, missing, missing].join(', ')}`;
    expect(parseNvidiaSmiLine(line)).toEqual({
      index: 0,
      id: null,
      name: null,
      vendor: 'nvidia',
      utilizationPercent: null,
      memoryUsedBytes: null,
      memoryTotalBytes: null,
      temperatureC: null,
      powerW: null,
      powerLimitW: null,
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
      'Unable to determine the device handle for GPU0000:01:00.0: Unknown Error, x, 1, 2, 3, 4, 5, 6, 7',
      '',
      L4,
      '',
    ].join('\r\n');
    expect(parseNvidiaSmi(text).map((gpu) => [gpu.index, gpu.name, gpu.powerW])).toEqual([
      [0, 'NVIDIA GeForce RTX 4090', 318.42],
      [1, 'NVIDIA L4', 16.8],
    ]);
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
