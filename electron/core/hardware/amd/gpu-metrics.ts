import type { ThrottleReason } from '../../../../shared/gpu.ts';
import { throttleReasons } from './amdgpu-throttle.ts';
import { parseAttributes } from './gpu-metrics-attributes.ts';

/** What a `gpu_metrics` table tells. A value that the table does not have is null. */
export interface GpuMetrics {
  /** True for a GPU inside the processor, whose memory is main memory. */
  readonly isApu: boolean;
  /** Energy since a moment that the firmware chooses, joules. */
  readonly energyJoules: number | null;
  /** The value at which the energy starts again from 0, joules; null if it never does. */
  readonly energyRangeJoules: number | null;
  /** When the driver filled the table, milliseconds of its clock. */
  readonly clockMs: number | null;
  /** Power of the whole socket, watts. On an APU this includes the processor. */
  readonly socketPowerW: number | null;
  /** Window over which the power is the mean, milliseconds; 0 for a current value. */
  readonly powerAveragingMs: number;
  /** Why the clocks are lower than they could be; null if the version does not tell it. */
  readonly throttleReasons: readonly ThrottleReason[] | null;
}

/** An unsigned field: where it begins and how many bytes it has. */
interface Field {
  readonly at: number;
  readonly bytes: 2 | 4 | 8;
}

interface Layout {
  readonly format: number;
  readonly content: number;
  /** Size of the whole table in bytes. */
  readonly size: number;
  readonly clock: Field;
  readonly energy?: Field;
  readonly power?: Field & { readonly perWatt: 1 | 1000; readonly isCurrent: boolean };
  /** Time constant of the filter that the power goes through, microseconds. */
  readonly filter?: Field;
  /** `indep_throttle_status`, whose bits mean the same on all chips. */
  readonly throttle?: Field;
}

/**
 * The window of a mean with the delay of amdgpu's average power, milliseconds. That power is
 * smoothed exponentially. The driver sets a time constant of 10 ms (Navi 1x,
 * `navi10_get_default_config_table_settings`) or 100 ms (Navi 2x,
 * `sienna_cichlid_get_default_config_table_settings`) and tells none for others. A filter delays by
 * its time constant, a mean by half its window.
 */
export const AMDGPU_AVERAGING_MS = 200;

/** The unit of `energy_accumulator` is 2^-16 J (15.259 µJ), says the header from v1.4 on. */
const UNITS_PER_JOULE = 65_536;
const U32_VALUES = 2 ** 32;
const HEADER_BYTES = 4;

const WATTS_V1 = { at: 22, bytes: 2, perWatt: 1, isCurrent: false } as const;
const CURRENT_WATTS = { at: 10, bytes: 2, perWatt: 1, isCurrent: true } as const;
const MILLIWATTS_V2 = { at: 40, bytes: 2, perWatt: 1000, isCurrent: false } as const;
const MILLIWATTS_V3 = { at: 112, bytes: 4, perWatt: 1000, isCurrent: false } as const;

const u64 = (at: number): Field => ({ at, bytes: 8 });
const APU = { format: 2, clock: u64(32), throttle: u64(120) } as const;
const energyAt = (at: number, power: Layout['power']): Omit<Layout, 'content' | 'size'> => ({
  format: 1,
  energy: u64(at),
  clock: u64(at + 8),
  ...(power && { power }),
});

/**
 * The versions of the table, with natural alignment as C compilers lay them out. Version 1.6 exists
 * in two sizes: its first form had the activity of the video engines before the energy. The power of
 * v2.0 to v2.3 is left out, because drivers fill it in watts or in milliwatts. Version 1.9 is a list
 * of attributes and has no fixed layout.
 */
const LAYOUTS: readonly Layout[] = [
  {
    format: 1,
    content: 0,
    size: 80,
    clock: u64(8),
    energy: { at: 36, bytes: 4 },
    power: { ...WATTS_V1, at: 34 },
  },
  { ...energyAt(24, WATTS_V1), content: 1, size: 96 },
  { ...energyAt(24, WATTS_V1), content: 2, size: 104 },
  { ...energyAt(24, WATTS_V1), content: 3, size: 120, throttle: u64(112) },
  { ...energyAt(24, CURRENT_WATTS), content: 4, size: 288 },
  { ...energyAt(88, CURRENT_WATTS), content: 5, size: 360 },
  { ...energyAt(88, CURRENT_WATTS), content: 6, size: 384 },
  { ...energyAt(16, CURRENT_WATTS), content: 6, size: 1664 },
  { ...energyAt(24, CURRENT_WATTS), content: 7, size: 2208 },
  { ...energyAt(24, CURRENT_WATTS), content: 8, size: 3872 },
  { format: 2, content: 0, size: 120, clock: u64(8) },
  { format: 2, content: 1, size: 120, clock: u64(32) },
  { ...APU, content: 2, size: 128 },
  { ...APU, content: 3, size: 152 },
  { ...APU, content: 4, size: 168, power: MILLIWATTS_V2 },
  {
    format: 3,
    content: 0,
    size: 264,
    clock: u64(104),
    power: MILLIWATTS_V3,
    filter: { at: 256, bytes: 4 },
  },
];

/**
 * Parses the content of amdgpu's `gpu_metrics` file, a binary table in the byte order of the
 * processor, which is little-endian wherever this driver is used. Returns null if the version is
 * unknown or if the size is not that of the version. The driver fills fields that it does not know
 * with ones.
 *
 * Sources: `drivers/gpu/drm/amd/include/kgd_pp_interface.h` (struct gpu_metrics_v1_0 to v3_0) and
 * "gpu_metrics" in https://docs.kernel.org/gpu/amdgpu/thermal.html
 */
export function parseGpuMetrics(table: Buffer): GpuMetrics | null {
  if (table.length < HEADER_BYTES) return null;
  const size = table.readUInt16LE(0);
  if (table[2] === 1 && table[3] === 9) return table.length === size ? fromAttributes(table) : null;
  const layout = LAYOUTS.find(
    ({ format, content, size: expected }) =>
      format === table[2] && content === table[3] && expected === size,
  );
  if (layout === undefined || table.length !== size) return null;
  const clockNs = readField(table, layout.clock);
  const energy = readEnergy(table, layout);
  return {
    isApu: layout.format !== 1,
    energyJoules: energy === null ? null : energy / UNITS_PER_JOULE,
    energyRangeJoules: energy === null ? null : energyRange(layout, energy),
    clockMs: clockNs === null ? null : clockNs / 1e6,
    ...readPower(table, layout),
    throttleReasons: readThrottle(table, layout),
  };
}

/** Of data-centre cards only, whose firmware counts in 64 bits. */
function fromAttributes(table: Buffer): GpuMetrics | null {
  const attributes = parseAttributes(table);
  if (attributes === null) return null;
  const { energy, clockNs, powerW } = attributes;
  return {
    isApu: false,
    energyJoules: energy === null ? null : energy / UNITS_PER_JOULE,
    energyRangeJoules: null,
    clockMs: clockNs === null ? null : clockNs / 1e6,
    ...{ socketPowerW: powerW, powerAveragingMs: 0, throttleReasons: null },
  };
}

function readThrottle(table: Buffer, { throttle }: Layout): readonly ThrottleReason[] | null {
  if (throttle === undefined || readField(table, throttle) === null) return null;
  return throttleReasons(table.readBigUInt64LE(throttle.at));
}

/** The energy in the firmware's units. */
function readEnergy(table: Buffer, layout: Layout): number | null {
  const energy = layout.energy === undefined ? null : readField(table, layout.energy);
  // For firmware that stopped counting, the driver writes UINT_MAX into the 64-bit field
  // (smu_v13_0_7_get_gpu_metrics, smu_v14_0_2_get_gpu_metrics).
  return layout.content <= 3 && energy === U32_VALUES - 1 ? null : energy;
}

/**
 * Up to v1.3, the firmware of most cards counts in 32 bits (`EnergyAccumulator`), which is 65,536 J:
 * less than four minutes at 300 W. A larger value shows that the firmware counts in 64 bits, as on
 * MI200 and from v1.4 on.
 */
function energyRange(layout: Layout, energy: number): number | null {
  return layout.content <= 3 && energy < U32_VALUES ? U32_VALUES / UNITS_PER_JOULE : null;
}

function readPower(
  table: Buffer,
  { power, filter }: Layout,
): Pick<GpuMetrics, 'socketPowerW' | 'powerAveragingMs'> {
  const value = power === undefined ? null : readField(table, power);
  const timeConstantUs = filter === undefined ? null : readField(table, filter);
  const averagingMs = timeConstantUs === null ? AMDGPU_AVERAGING_MS : (2 * timeConstantUs) / 1000;
  return {
    socketPowerW: value === null || power === undefined ? null : value / power.perWatt,
    powerAveragingMs: power?.isCurrent === true ? 0 : averagingMs,
  };
}

/** An unsigned field's value; null if all its bits are ones. */
function readField(table: Buffer, { at, bytes }: Field): number | null {
  const isAbsent = table.subarray(at, at + bytes).every((byte) => byte === 0xff);
  if (isAbsent) return null;
  return bytes === 8 ? Number(table.readBigUInt64LE(at)) : table.readUIntLE(at, bytes);
}
