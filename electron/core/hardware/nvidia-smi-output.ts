import type { SourceReading } from './source.ts';

/**
 * The queried fields, in this order. The name is last, so a comma in it cannot shift another field.
 */
export const NVIDIA_SMI_FIELDS = [
  'index',
  'uuid',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'temperature.gpu',
  'power.draw',
  'power.limit',
  'name',
] as const;

const MIB = 1024 * 1024;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/**
 * One line of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`, or null if the line is
 * something else (an error text, half a line). A field that is no plain number is null; the tool
 * prints at least `[N/A]`, `N/A`, `[Not Supported]`, `[Unknown Error]`, `[Insufficient Permissions]`
 * and `[GPU requires reset]` there. Memory is given in MiB.
 */
export function parseNvidiaSmiLine(line: string): SourceReading | null {
  const fields = line.trim().split(/\s*,\s*/);
  const [index, uuid, utilization, used, total, temperature, power, limit, ...name] = fields;
  if (index === undefined || !/^\d+$/.test(index) || name.length === 0) return null;
  return {
    index: Number(index),
    id: uuid?.startsWith('GPU-') ? uuid : null,
    name: known(name.join(', ')),
    vendor: 'nvidia',
    utilizationPercent: decimal(utilization),
    memoryUsedBytes: bytes(used),
    memoryTotalBytes: bytes(total),
    temperatureC: decimal(temperature),
    powerW: decimal(power),
    powerLimitW: decimal(limit),
  };
}

/** All GPU lines of a text. Other lines are skipped. */
export function parseNvidiaSmi(text: string): SourceReading[] {
  return text
    .split('\n')
    .map(parseNvidiaSmiLine)
    .filter((reading) => reading !== null);
}

function decimal(field: string | undefined): number | null {
  return field !== undefined && DECIMAL.test(field) ? Number(field) : null;
}

function bytes(field: string | undefined): number | null {
  const mib = decimal(field);
  return mib === null ? null : mib * MIB;
}

function known(field: string): string | null {
  return field === '' || field === 'N/A' || field.startsWith('[') ? null : field;
}
