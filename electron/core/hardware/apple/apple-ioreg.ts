import { execFile } from 'node:child_process';
import { totalmem } from 'node:os';
import { promisify } from 'node:util';
import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import { sentence } from '../../../../shared/sentences.ts';
import { createPolledSource } from '../polled-source.ts';
import type { GpuSource, SourceReading } from '../source.ts';

const run = promisify(execFile);
/** Class names of the GPU; older systems use the second. */
const CLASSES = ['IOGPU', 'IOAccelerator'] as const;
const LIMIT_MS = 5000;
const MAX_OUTPUT = 1024 * 1024;

export interface AppleOptions {
  readonly path?: string;
  /** Bytes of memory shared with the processor; the machine's total by default. */
  readonly memoryBytes?: number;
}

/** Apple GPUs, read from the I/O registry, which has neither power nor temperature. */
export function createAppleSource(options: AppleOptions = {}): GpuSource {
  const { path = 'ioreg', memoryBytes = totalmem() } = options;
  return createPolledSource({
    name: 'ioreg',
    lookedFor: 'ioreg (Apple)',
    nothing: sentence('source_no_gpu', { name: 'ioreg' }),
    read: () => readIoreg(path, memoryBytes),
  });
}

/** The GPUs in the I/O registry. Rejects if the program fails. */
export async function readIoreg(path: string, memoryBytes: number): Promise<SourceReading[]> {
  for (const name of CLASSES) {
    const { stdout } = await run(path, ['-r', '-c', name, '-d', '1', '-f'], {
      timeout: LIMIT_MS,
      maxBuffer: MAX_OUTPUT,
    });
    const readings = parseIoreg(stdout, memoryBytes);
    if (readings.length > 0) return readings;
  }
  return [];
}

/**
 * GPUs in the text of `ioreg -r -c IOGPU -d 1 -f`. Entries start with `+-o`. Used memory is in
 * bytes; the total is the machine's, because the GPU shares it.
 */
export function parseIoreg(text: string, memoryBytes: number): SourceReading[] {
  return text
    .split(/^\+-o /m)
    .filter((entry) => entry.includes('"PerformanceStatistics"'))
    .map((entry, index) => ({ entry, index, name: modelOf(entry) }))
    .map(({ entry, index, name }) => ({
      index,
      id: null,
      name,
      vendor: 'apple',
      utilizationPercent: figure(entry, 'Device Utilization %'),
      memoryUsedBytes: figure(entry, 'In use system memory'),
      memoryTotalBytes: memoryBytes,
      temperatureC: null,
      powerW: null,
      powerLimitW: null,
      details: { ...NO_GPU_DETAILS, hasUnifiedMemory: name?.startsWith('Apple') ?? null },
    }));
}

function modelOf(entry: string): string | null {
  return /"model" = <?"([^"]+)"/.exec(entry)?.[1] ?? null;
}

function figure(entry: string, key: string): number | null {
  const digits = new RegExp(`"${key}"\\s*=\\s*(\\d+)`).exec(entry)?.[1];
  return digits === undefined ? null : Number(digits);
}
