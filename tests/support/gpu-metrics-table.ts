/**
 * Writes tables as amdgpu's `gpu_metrics` file has them. The fields of each version are listed in the
 * order and with the types of the kernel's structs (`kgd_pp_interface.h`), neighbours of one type
 * together, and are placed as a C compiler does. So offsets in the parser are checked against the
 * declarations.
 */

/** A type, a name, and for neighbours of one type how many: `u16 temperatures[6]`. */
type Declaration = string;

const SIZES = { u8: 1, u16: 2, u32: 4, u64: 8 } as const;

const BEFORE_ENERGY = ['u16 temperatures[6]', 'u16 activities[3]', 'u16 average_socket_power'];
const AFTER_ENERGY = ['u16 average_clocks[7]', 'u16 current_clocks[7]', 'u32 throttle', 'u16 fan'];
const ENERGY = ['u64 energy_accumulator', 'u64 system_clock_counter'];
const V1_1 = [
  ...BEFORE_ENERGY,
  ...ENERGY,
  ...AFTER_ENERGY,
  'u16 pcie_link[2]',
  'u16 padding',
  'u32 activity_sums[2]',
  'u16 temperature_hbm[4]',
];
const V1_2 = [...V1_1, 'u64 firmware_timestamp'];

const SOCKET = ['u16 temperatures[3]', 'u16 curr_socket_power', 'u16 activities[2]'];
const THROTTLING = ['u32 accumulation_counter', 'u32 residency[5]'];
const LINKS = ['u32 gfxclk_lock', 'u16 links[4]', 'u32 activity_sums[2]', 'u64 pcie[5]'];
const NAKS = ['u32 pcie_naks[2]'];
const XGMI = ['u64 xgmi_data[16]'];
const XGMI_STATUS = ['u16 xgmi_status[8]', 'u16 padding'];
const CLOCKS = ['u64 firmware_timestamp', 'u16 current_clocks[21]', 'u16 last'];
const VIDEO = ['u16 vcn_activity[4]', 'u16 jpeg_activity[32]'];
const partition = (jpegEngines: number, sums: number): Declaration[] => [
  'u32 gfx_busy[8]',
  `u16 jpeg_busy[${jpegEngines}]`,
  'u16 vcn_busy[4]',
  `u64 sums[${sums * 8}]`,
];
const eight = (parts: readonly Declaration[]): Declaration[] =>
  Array.from({ length: 8 }, () => parts).flat();
const RECOVERY = ['u32 pcie_other_end_recovery'];
const V1_7 = [
  ...[...SOCKET, 'u64 mem_max_bandwidth', ...ENERGY, ...THROTTLING],
  ...[...LINKS, ...NAKS, ...XGMI, ...XGMI_STATUS, ...CLOCKS],
];

const APU_HEAD = ['u16 temperatures[12]', 'u16 activities[2]'];
const APU_TAIL = [
  ...['u16 average_socket_power', 'u16 other_power[3]', 'u16 core_power[8]', 'u16 clocks[22]'],
  ...['u32 throttle', 'u16 fan'],
];
const CLOCK = ['u64 system_clock_counter'];
const V2_1 = [...APU_HEAD, ...CLOCK, ...APU_TAIL, 'u16 padding[3]'];
const V2_2 = [...V2_1, 'u64 independent_throttle'];
const V2_3 = [...V2_2, 'u16 average_temperatures[12]'];

const VERSIONS = {
  v1_0: [
    ...[...CLOCK, ...BEFORE_ENERGY, 'u32 energy_accumulator', ...AFTER_ENERGY],
    'u8 pcie_link[2]',
  ],
  v1_1: V1_1,
  v1_2: V1_2,
  v1_3: [...V1_2, 'u16 voltages[3]', 'u16 padding1', 'u64 independent_throttle'],
  v1_4: [
    ...[...SOCKET, 'u16 vcn_activity[4]', ...ENERGY, 'u32 throttle'],
    ...[...LINKS, ...XGMI, ...CLOCKS],
  ],
  v1_5: [...SOCKET, ...VIDEO, ...ENERGY, 'u32 throttle', ...LINKS, ...NAKS, ...XGMI, ...CLOCKS],
  v1_6_first: [
    ...[...SOCKET, ...VIDEO, ...ENERGY, ...THROTTLING, 'u32 throttle'],
    ...[...LINKS, ...NAKS, ...XGMI, ...CLOCKS],
  ],
  v1_6: [
    ...[...SOCKET, ...ENERGY, ...THROTTLING, ...LINKS, ...NAKS, ...XGMI, ...CLOCKS],
    ...[...eight(partition(32, 1)), ...RECOVERY],
  ],
  v1_7: [...V1_7, ...eight(partition(32, 2)), ...RECOVERY],
  v1_8: [...V1_7, ...eight(partition(40, 5)), ...RECOVERY],
  v2_0: [...CLOCK, ...APU_HEAD, ...APU_TAIL, 'u16 padding'],
  v2_1: V2_1,
  v2_2: V2_2,
  v2_3: V2_3,
  v2_4: [...V2_3, 'u16 voltages[3]', 'u16 currents[3]'],
  v3_0: [
    ...['u16 temperatures[19]', 'u16 activities[10]', 'u16 core_activity[16]', 'u16 traffic[4]'],
    ...[...CLOCK, 'u32 average_socket_power', 'u16 ipu_power', 'u32 powers[4]'],
    ...['u16 core_power[16]', 'u16 system_power', 'u16 limits[2]', 'u16 average_clocks[8]'],
    ...['u16 core_clocks[16]', 'u16 clock_limits[2]', 'u32 residency[7]'],
    'u32 time_filter_alphavalue',
  ],
} as const satisfies Record<string, readonly Declaration[]>;

export type TableVersion = keyof typeof VERSIONS;

/** A table with these values. All other fields are ones, as the driver leaves what it does not know. */
export function gpuMetricsTable(
  version: TableVersion,
  values: Readonly<Record<string, bigint>>,
): Buffer {
  const bytes = Buffer.alloc(4096, 0xff);
  let end = 4;
  let alignment: number = SIZES.u16;
  for (const declaration of VERSIONS[version]) {
    const [, type, name = '', count = '1'] = /^(\w+) (\w+)(?:\[(\d+)\])?$/.exec(declaration) ?? [];
    const size = SIZES[type as keyof typeof SIZES];
    alignment = Math.max(alignment, size);
    end = Math.ceil(end / size) * size;
    const value = values[name];
    if (value !== undefined) write(bytes, end, size, value);
    end += size * Number(count);
  }
  const total = Math.ceil(end / alignment) * alignment;
  const [, format = '', content = ''] = /^v(\d)_(\d)/.exec(version) ?? [];
  bytes.writeUInt16LE(total, 0);
  bytes.writeUInt8(Number(format), 2);
  bytes.writeUInt8(Number(content), 3);
  return bytes.subarray(0, total);
}

function write(bytes: Buffer, at: number, size: number, value: bigint): void {
  if (size === 8) bytes.writeBigUInt64LE(value, at);
  else bytes.writeUIntLE(Number(value), at, size);
}
