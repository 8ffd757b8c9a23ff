import { normalPciAddress } from '../pci-address.ts';
import type { SourceReading } from '../source.ts';

type NvidiaSmiField = (typeof NVIDIA_SMI_FIELDS)[number];

/** The queried fields, in this order. The name is last, so a comma in it cannot shift another field. */
export type NvidiaSmiQuery = readonly NvidiaSmiField[];

/** All fields of interest. Older drivers reject a query with a field that they do not know. */
export const NVIDIA_SMI_FIELDS = [
  'index',
  'uuid',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'temperature.gpu',
  'power.draw',
  'power.draw.average',
  'power.draw.instant',
  'power.limit',
  'enforced.power.limit',
  'compute_cap',
  'pci.bus_id',
  'name',
] as const;

const NEWER_FIELDS: ReadonlySet<NvidiaSmiField> = new Set([
  'power.draw.average',
  'power.draw.instant',
  'enforced.power.limit',
  'compute_cap',
]);

/** The fields that drivers of any age know. */
export const NVIDIA_SMI_BASIC_FIELDS: NvidiaSmiQuery = NVIDIA_SMI_FIELDS.filter(
  (field) => !NEWER_FIELDS.has(field),
);

const MIB = 1024 * 1024;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const AVERAGING_MS = 1000;
/** The compute capability of GA100, the first Ampere chip. Those that average have a higher one. */
const GA100 = 8;

/**
 * True for the line with which `nvidia-smi` rejects a query that has a field unknown to it, as far as
 * known `Field "…" is not a valid field to query.` Similar texts count too, because a rejection that
 * is not recognised would leave a GPU without any readings.
 */
export function isFieldRejection(line: string): boolean {
  return /\bfield\b.*\b(?:not (?:a )?valid|invalid|unknown)\b|\b(?:invalid|unknown) field\b/i.test(
    line,
  );
}

/**
 * One line of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`, or null if the line is
 * something else (an error text, half a line). A field that is no plain number is null; the tool
 * prints at least `[N/A]`, `N/A`, `[Not Supported]`, `[Unknown Error]`, `[Insufficient Permissions]`
 * and `[GPU requires reset]` there. Memory is given in MiB.
 */
export function parseNvidiaSmiLine(
  line: string,
  query: NvidiaSmiQuery = NVIDIA_SMI_FIELDS,
): SourceReading | null {
  const columns = line.trim().split(/\s*,\s*/);
  const text = (field: NvidiaSmiField): string | undefined => columns[query.indexOf(field)];
  const index = text('index');
  if (index === undefined || !/^\d+$/.test(index) || columns.length < query.length) return null;
  const uuid = text('uuid');
  const { powerW, averagingMs } = powerOf((field) => decimal(text(field)));
  return {
    index: Number(index),
    id: uuid?.startsWith('GPU-') ? uuid : null,
    name: known(columns.slice(query.length - 1).join(', ')),
    vendor: 'nvidia',
    pciAddress: normalPciAddress(text('pci.bus_id')),
    utilizationPercent: decimal(text('utilization.gpu')),
    memoryUsedBytes: bytes(text('memory.used')),
    memoryTotalBytes: bytes(text('memory.total')),
    temperatureC: decimal(text('temperature.gpu')),
    powerW,
    powerLimitW: decimal(text('enforced.power.limit')) ?? decimal(text('power.limit')),
    energySensor: { counterJoules: null, counterRangeJoules: null, averagingMs },
  };
}

/**
 * The power in watts, with the window over which it is the mean. `power.draw` is averaged over a
 * second on Ampere and newer chips except GA100, and instantaneous on GA100 and older ones;
 * `power.draw.average` exists where the former holds.
 *
 * Sources: `nvidia-smi --help-query-gpu`; `nvmlDeviceGetPowerUsage` in
 * https://docs.nvidia.com/deploy/nvml-api/
 */
function powerOf(value: (field: NvidiaSmiField) => number | null): {
  readonly powerW: number | null;
  readonly averagingMs: number;
} {
  const instant = value('power.draw.instant');
  if (instant !== null) return { powerW: instant, averagingMs: 0 };
  const average = value('power.draw.average');
  const powerW = value('power.draw') ?? average;
  const isAverage = average !== null || (value('compute_cap') ?? 0) > GA100;
  return { powerW, averagingMs: powerW !== null && isAverage ? AVERAGING_MS : 0 };
}

/** All GPU lines of a text. Other lines are skipped. */
export function parseNvidiaSmi(text: string): SourceReading[] {
  return text
    .split('\n')
    .map((line) => parseNvidiaSmiLine(line))
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
