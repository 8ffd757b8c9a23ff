/** What the attributes of a `gpu_metrics` table of version 1.9 tell. A value that is absent is null. */
export interface GpuMetricsAttributes {
  /** In units of the firmware, 2^-16 J. */
  readonly energy: number | null;
  readonly clockNs: number | null;
  readonly powerW: number | null;
}

/** `amdgpu_metrics_attr_id`. The unit is checked too. */
const CURR_SOCKET_POWER = 3;
const ENERGY_ACCUMULATOR = 7;
const SYSTEM_CLOCK_COUNTER = 8;
/** `amdgpu_metrics_attr_unit` */
const UNIT_NONE = 0;
const UNIT_WATTS = 3;
const UNIT_NANOSECONDS = 4;
/** Bytes by `amdgpu_metrics_attr_type`: signed and unsigned of 8, 16, 32 and 64 bits. */
const TYPE_BYTES = [1, 1, 2, 2, 4, 4, 8, 8];

const COUNT_AT = 4;
const FIRST_AT = 8;
const ENCODING_BYTES = 8;

interface Attribute {
  readonly unit: number;
  /** The first value; null if all its bits are ones. */
  readonly value: number | null;
}

/**
 * Reads the attributes of a whole table. Each is an encoding (u64: count of values in bits 0 to 9, id
 * from 10, type from 20, unit from 24) and its values, without gaps between them. Null if the table does
 * not consist of just the attributes that it announces, or has one of an unknown type: then nothing in
 * it is certain.
 *
 * Sources: `AMDGPU_METRICS_ENC_ATTR` in drivers/gpu/drm/amd/include/kgd_pp_interface.h;
 * `DECLARE_SMU_METRICS_CLASS` (a packed struct) in drivers/gpu/drm/amd/pm/swsmu/smu_cmn.h;
 * `SMU_13_0_6_METRICS_FIELDS` in drivers/gpu/drm/amd/pm/swsmu/smu13/smu_v13_0_6_ppt.h
 */
export function parseAttributes(table: Buffer): GpuMetricsAttributes | null {
  if (table.length < FIRST_AT) return null;
  const attributes = new Map<number, Attribute>();
  let at = FIRST_AT;
  for (let left = table.readInt32LE(COUNT_AT); left > 0; left -= 1) {
    if (at + ENCODING_BYTES > table.length) return null;
    const encoding = Number(table.readBigUInt64LE(at) & 0xffff_ffffn);
    const count = encoding & 0x3ff;
    const bytes = TYPE_BYTES[(encoding >>> 20) & 0xf];
    at += ENCODING_BYTES;
    if (bytes === undefined || count === 0 || at + bytes * count > table.length) return null;
    const value = valueAt(table.subarray(at, at + bytes));
    attributes.set((encoding >>> 10) & 0x3ff, { unit: encoding >>> 24, value });
    at += bytes * count;
  }
  if (at !== table.length) return null;
  const known = (id: number, unit: number): number | null => {
    const attribute = attributes.get(id);
    return attribute?.unit === unit ? attribute.value : null;
  };
  return {
    energy: known(ENERGY_ACCUMULATOR, UNIT_NONE),
    clockNs: known(SYSTEM_CLOCK_COUNTER, UNIT_NANOSECONDS),
    powerW: known(CURR_SOCKET_POWER, UNIT_WATTS),
  };
}

function valueAt(bytes: Buffer): number | null {
  if (bytes.every((byte) => byte === 0xff)) return null;
  return bytes.length === 8 ? Number(bytes.readBigUInt64LE()) : bytes.readUIntLE(0, bytes.length);
}
