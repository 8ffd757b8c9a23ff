/** The processes on a GPU, as NVML lists them. For the helper process only. */
import type { NvmlProcess } from './nvml-answers.ts';
import { ALL_ONES, FUNCTION_NOT_FOUND, INSUFFICIENT_SIZE, SUCCESS, textOf } from './nvml-calls.ts';
import type { NvmlCalls } from './nvml-calls.ts';
import { NvmlUtilization } from './nvml-utilization.ts';

/** `nvmlProcessInfo_t` of v2 and v3: pid (u32, padded), memory (u64), MIG instances (2 × u32). */
const PROCESS_BYTES = 24;
const PROCESSES = 64;
const NAME_BYTES = 1024;
/** More names are not remembered, because process ids come and go. */
const MAX_NAMES = 1000;

export class NvmlProcesses {
  readonly #calls: NvmlCalls;
  readonly #names = new Map<number, string | null>();
  readonly #utilization: NvmlUtilization;

  constructor(calls: NvmlCalls) {
    this.#calls = calls;
    this.#utilization = new NvmlUtilization(calls);
  }

  /** Null if the library does not list them. */
  read(handle: bigint): NvmlProcess[] | null {
    const compute = this.#list('nvmlDeviceGetComputeRunningProcesses', handle);
    const graphics = this.#list('nvmlDeviceGetGraphicsRunningProcesses', handle);
    if (compute === null && graphics === null) return null;
    // A process that computes and draws is in both lists.
    const memory = new Map([...(graphics ?? []), ...(compute ?? [])]);
    const shares = this.#utilization.read(handle);
    return [...memory].map(([pid, memoryBytes]) => ({
      ...{ pid, memoryBytes, name: this.#name(pid) },
      // The list of samples has only processes that worked.
      utilizationPercent: shares === null ? null : (shares.get(pid) ?? 0),
    }));
  }

  /** Memory by process id. */
  #list(name: string, handle: bigint): [number, number | null][] | null {
    const parameters = 'uint64_t device, void *count, void *infos';
    let capacity = PROCESSES;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const count = Buffer.alloc(4);
      count.writeUInt32LE(capacity);
      const infos = Buffer.alloc(capacity * PROCESS_BYTES);
      const newer = this.#calls.call(`${name}_v3`, parameters, handle, count, infos);
      const code =
        newer === FUNCTION_NOT_FOUND
          ? this.#calls.call(`${name}_v2`, parameters, handle, count, infos)
          : newer;
      if (code === SUCCESS) return processList(infos, count.readUInt32LE());
      if (code !== INSUFFICIENT_SIZE) return null;
      // More may begin before the next call.
      capacity = count.readUInt32LE() + PROCESSES;
    }
    return null;
  }

  #name(pid: number): string | null {
    const known = this.#names.get(pid);
    if (known !== undefined) return known;
    const out = Buffer.alloc(NAME_BYTES);
    const parameters = 'uint32_t pid, void *name, uint32_t length';
    const code = this.#calls.call('nvmlSystemGetProcessName', parameters, pid, out, NAME_BYTES);
    const path = code === SUCCESS ? textOf(out) : null;
    const name = path === null ? null : (path.split(/[/\\]/).at(-1) ?? null);
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(pid, name);
    return name;
  }
}

function processList(infos: Buffer, count: number): [number, number | null][] {
  return Array.from({ length: count }, (_, i) => {
    const memory = infos.readBigUInt64LE(i * PROCESS_BYTES + 8);
    return [infos.readUInt32LE(i * PROCESS_BYTES), memory === ALL_ONES ? null : Number(memory)];
  });
}
