/** The instances of a divided GPU (MIG). For the helper process only. */
import type { NvmlInstance } from './nvml-answers.ts';
import { SUCCESS } from './nvml-calls.ts';
import type { NvmlCalls } from './nvml-calls.ts';
import { readNvmlMemory } from './nvml-memory.ts';

/** No GPU has more instances (`nvmlDeviceGetMaxMigDeviceCount` tells 7 today). */
const MAX_INSTANCES = 64;

/**
 * The instances of a GPU that is divided; null if the library does not list them. They are asked for
 * anew at each reading, because instances come and go and the handle of one that is gone is invalid.
 * Places without an instance answer NOT_FOUND.
 *
 * Source: `nvmlMultiInstanceGPU` in https://docs.nvidia.com/deploy/nvml-api/
 */
export function readNvmlInstances(calls: NvmlCalls, parent: bigint): NvmlInstance[] | null {
  const places = calls.uint('nvmlDeviceGetMaxMigDeviceCount', parent);
  if (places === null) return null;
  return Array.from({ length: Math.min(places, MAX_INSTANCES) }, (_, index) => {
    const out = Buffer.alloc(8);
    const parameters = 'uint64_t device, uint32_t index, void *instance';
    const name = 'nvmlDeviceGetMigDeviceHandleByIndex';
    if (calls.call(name, parameters, parent, index, out) !== SUCCESS) return [];
    const handle = out.readBigUInt64LE();
    const memory = readNvmlMemory(calls, handle);
    return {
      uuid: calls.text('nvmlDeviceGetUUID', handle),
      name: calls.text('nvmlDeviceGetName', handle),
      memory: typeof memory === 'number' ? null : memory,
    };
  }).flat();
}
