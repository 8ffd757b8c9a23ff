/** The memory of a GPU or of an instance. For the helper process only. */
import { FUNCTION_NOT_FOUND, SUCCESS } from './nvml-calls.ts';
import type { NvmlCalls } from './nvml-calls.ts';

/** `nvmlMemory_v2_t`: version (u32, padded), then total, reserved, free and used (u64). */
const MEMORY_V2_BYTES = 40;
/** `nvmlMemory_t`: total, free and used (u64). */
const MEMORY_BYTES = 24;

/** The memory in bytes, or the return code. The older function counts reserved memory as used. */
export function readNvmlMemory(
  calls: NvmlCalls,
  handle: bigint,
): { total: number; used: number } | number {
  const parameters = 'uint64_t device, void *memory';
  const newer = Buffer.alloc(MEMORY_V2_BYTES);
  newer.writeUInt32LE(MEMORY_V2_BYTES | (2 << 24));
  const first = calls.call('nvmlDeviceGetMemoryInfo_v2', parameters, handle, newer);
  if (first === SUCCESS) return { total: ulongAt(newer, 8), used: ulongAt(newer, 32) };
  if (first !== FUNCTION_NOT_FOUND) return first;
  const older = Buffer.alloc(MEMORY_BYTES);
  const code = calls.call('nvmlDeviceGetMemoryInfo', parameters, handle, older);
  return code === SUCCESS ? { total: ulongAt(older, 0), used: ulongAt(older, 16) } : code;
}

function ulongAt(buffer: Buffer, offset: number): number {
  return Number(buffer.readBigUInt64LE(offset));
}
