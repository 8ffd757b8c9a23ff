import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import type { MachineFigures, MachinePart, MachineSource } from './machine-source.ts';

const INTERVAL_MS = 2000;
const KIB = 1024;

type Memory = Pick<MachineFigures, 'memoryUsedBytes' | 'memoryTotalBytes' | 'swapUsedBytes'>;

/** Main memory and swap (Linux). */
export function createMeminfoSource(path = '/proc/meminfo'): MachineSource {
  return {
    name: 'meminfo',
    intervalMs: INTERVAL_MS,
    read(): Promise<MachinePart> {
      return Promise.resolve({ figures: parseMeminfo(textOf(path)), note: null });
    },
  };
}

/**
 * The text of a file that the kernel writes from memory; empty if there is none. Nothing has to be waited for, and
 * reading it in a thread would cost several times as much.
 */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Memory in bytes from the text of `/proc/meminfo`. Used is what programs could not get without
 * swapping (`MemTotal` less `MemAvailable`); caches are not used memory. Null without such a line.
 *
 * Source: https://docs.kernel.org/filesystems/proc.html#meminfo
 */
export function parseMeminfo(text: string): Memory {
  const bytes = (key: string): number | null => {
    const digits = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return digits === undefined ? null : Number(digits) * KIB;
  };
  return {
    memoryUsedBytes: difference(bytes('MemTotal'), bytes('MemAvailable')),
    memoryTotalBytes: bytes('MemTotal'),
    swapUsedBytes: difference(bytes('SwapTotal'), bytes('SwapFree')),
  };
}

/** Main memory where the system's own figure for free memory counts caches as free (Windows). */
export function createOsMemorySource(): MachineSource {
  return {
    name: 'memory',
    intervalMs: INTERVAL_MS,
    read(): Promise<MachinePart> {
      const memoryTotalBytes = totalmem();
      const memoryUsedBytes = memoryTotalBytes - freemem();
      return Promise.resolve({ figures: { memoryUsedBytes, memoryTotalBytes }, note: null });
    },
  };
}

function difference(total: number | null, free: number | null): number | null {
  return total === null || free === null ? null : Math.max(0, total - free);
}
