import { describe, expect, it } from 'vitest';
import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import type { GpuProcess } from '../../../../shared/gpu.ts';
import { energyReadings } from './energy-readings.ts';

const MIB = 2 ** 20;

function process(
  name: string | null,
  utilizationPercent: number | null,
  memoryBytes: number | null = 1_024 * MIB,
): GpuProcess {
  return { pid: 1, name, memoryBytes, utilizationPercent };
}

function otherShare(
  processes: readonly GpuProcess[] | null,
  utilizationPercent: number | null = 90,
): number | null {
  const unknown = { temperatureC: null, powerLimitW: null };
  const memory = { memoryUsedBytes: null, memoryTotalBytes: null };
  const vendor = 'nvidia' as const;
  const reading = {
    ...{ index: 0, id: 'gpu', name: 'GPU', vendor, ...unknown, ...memory, powerW: 200 },
    ...{ utilizationPercent, details: { ...NO_GPU_DETAILS, processes } },
  };
  return energyReadings([reading])[0]!.otherShare;
}

describe('the share of other programs, with utilisation by process', () => {
  it('is their part of the sum', () => {
    const processes = [process('C:\\Ollama\\ollama.exe', 60), process('game.exe', 20)];
    expect(otherShare([...processes, process('dwm.exe', 20)], 90)).toBeCloseTo(0.4, 9);
  });

  it('is 0 if none works, or only as much as an idle desktop does', () => {
    expect(otherShare([process('ollama', 90), process('game', 0)])).toBe(0);
    expect(otherShare([process('ollama', 0), process('dwm.exe', 5)], 5)).toBe(0);
    expect(otherShare([process('ollama', 0), process('game', 0)], 0)).toBe(0);
    expect(otherShare([], 0)).toBe(0);
  });

  it('is that of the GPU if a part of the work is not explained', () => {
    expect(otherShare([process('ollama', 40), process('game', 40)], 100)).toBeCloseTo(0.4, 9);
  });

  it.each([
    ['a server that is not listed', [process('firefox', 20)]],
    ['a server whose work the driver does not count', [process('ollama', 0), process('game', 40)]],
    ['a process without a name', [process('ollama', 45), process(null, 45)]],
    ['an empty list', []],
  ])('is unknown with %s', (_, processes) => {
    expect(otherShare(processes)).toBeNull();
  });

  it('is unknown if that of the GPU is, because the list may have gaps', () => {
    expect(otherShare([process('ollama', 40), process('game', 40)], null)).toBeNull();
  });
});

describe('the share of other programs, without utilisation by process', () => {
  it('is 0 if every process with much memory is a model server', () => {
    expect(otherShare([process('llama-server', null), process('Xorg', null, 255 * MIB)])).toBe(0);
  });

  it.each([
    [
      'another program has much memory',
      [process('ollama', null), process('game', null, 256 * MIB)],
    ],
    ['its memory is unknown', [process('ollama', null), process('game', null, null)]],
    ['a process has no name', [process('ollama', null), process(null, null)]],
    ['no server is listed', [process('Xorg', null, 100 * MIB)]],
    ['only some tell their utilisation', [process('ollama', null), process('game', 40)]],
    ['processes are not listed', null],
  ])('is unknown if %s', (_, processes) => {
    expect(otherShare(processes)).toBeNull();
  });
});
