/** NVIDIA's management library (NVML), called directly. For the helper process only. */
import { freemem, totalmem } from 'node:os';
import type { NvmlAnswers } from './nvml-answers.ts';
import { NOT_SUPPORTED, NvmlCalls, NvmlError, SUCCESS, textOf } from './nvml-calls.ts';
import { readNvmlInstances } from './nvml-instances.ts';
import { readNvmlMemory } from './nvml-memory.ts';
import { NvmlProcesses } from './nvml-processes.ts';

const CLOCK_GRAPHICS = 0;
const CLOCK_MEMORY = 2;
const SENSOR_GPU = 0;
/** `NVML_FI_DEV_POWER_INSTANT`, in milliwatts. */
const FIELD_POWER_INSTANT = 186;
/** `nvmlFieldValue_t`: ids (2 × u32), time and latency (2 × i64), type and return (2 × u32), value. */
const FIELD_BYTES = 40;
/** `NVML_GPU_VIRTUALIZATION_MODE_VGPU`: the device is a share of one, inside a virtual machine. */
const MODE_VGPU = 2;
/** `nvmlPciInfo_t`: an older form of the address (16 bytes), five u32, the address (32 bytes). */
const PCI_INFO_BYTES = 68;
const PCI_ADDRESS_AT = 36;

/** One GPU, with what does not change. */
interface Device {
  readonly handle: bigint;
  readonly facts: Pick<
    NvmlAnswers,
    | 'index'
    | 'uuid'
    | 'name'
    | 'busId'
    | 'computeCapability'
    | 'maxClockMHz'
    | 'maxPcieGeneration'
    | 'maxPcieWidth'
    | 'isMig'
    | 'isVgpu'
  >;
}

/** The GPUs of this machine. */
export class NvmlLibrary {
  readonly #calls: NvmlCalls;
  readonly #processes: NvmlProcesses;
  readonly #devices: readonly Device[];

  /** Loads and initialises the library. Throws an `NvmlError`. */
  constructor(paths: readonly string[]) {
    this.#calls = new NvmlCalls(paths);
    this.#processes = new NvmlProcesses(this.#calls);
    const code = this.#calls.call('nvmlInit_v2', 'void');
    if (code !== SUCCESS) throw new NvmlError(code);
    const count = Buffer.alloc(4);
    const counted = this.#calls.call('nvmlDeviceGetCount_v2', 'void *count', count);
    if (counted !== SUCCESS) throw new NvmlError(counted);
    this.#devices = Array.from({ length: count.readUInt32LE() }, (_, i) => this.#open(i)).flat();
  }

  /** The answers for all GPUs. */
  read(): NvmlAnswers[] {
    return this.#devices.map((device) => this.#read(device));
  }

  /** A device that is lost may have no handle. */
  #open(index: number): Device[] {
    const out = Buffer.alloc(8);
    const parameters = 'uint32_t index, void *device';
    if (this.#calls.call('nvmlDeviceGetHandleByIndex_v2', parameters, index, out) !== SUCCESS)
      return [];
    const handle = out.readBigUInt64LE();
    const facts = {
      index,
      uuid: this.#calls.text('nvmlDeviceGetUUID', handle),
      name: this.#calls.text('nvmlDeviceGetName', handle),
      busId: this.#busId(handle),
      computeCapability: this.#computeCapability(handle),
      maxClockMHz: this.#calls.clock('nvmlDeviceGetMaxClockInfo', handle, CLOCK_GRAPHICS),
      maxPcieGeneration: this.#calls.uint('nvmlDeviceGetMaxPcieLinkGeneration', handle),
      maxPcieWidth: this.#calls.uint('nvmlDeviceGetMaxPcieLinkWidth', handle),
      isMig: this.#isMig(handle),
      isVgpu: this.#isVgpu(handle),
    };
    return [{ handle, facts }];
  }

  #read({ handle, facts }: Device): NvmlAnswers {
    this.#calls.failure = null;
    const utilization = this.#calls.bytes('nvmlDeviceGetUtilizationRates', handle, 8);
    const memory = readNvmlMemory(this.#calls, handle);
    const answers = {
      ...facts,
      energyMj: this.#calls.ulong('nvmlDeviceGetTotalEnergyConsumption', handle),
      instantPowerMw: this.#instantPower(handle),
      powerMw: this.#calls.uint('nvmlDeviceGetPowerUsage', handle),
      powerLimitMw: this.#calls.uint('nvmlDeviceGetEnforcedPowerLimit', handle),
      utilizationPercent: utilization?.readUInt32LE(0) ?? null,
      memoryUtilizationPercent: utilization?.readUInt32LE(4) ?? null,
      memory: typeof memory === 'number' ? null : memory,
      hasNoMemoryFigure: memory === NOT_SUPPORTED,
      systemMemory: { total: totalmem(), used: totalmem() - freemem() },
      temperatureC: this.#temperature(handle),
      fanPercent: this.#calls.uint('nvmlDeviceGetFanSpeed', handle),
      clockMHz: this.#calls.clock('nvmlDeviceGetClockInfo', handle, CLOCK_GRAPHICS),
      memoryClockMHz: this.#calls.clock('nvmlDeviceGetClockInfo', handle, CLOCK_MEMORY),
      clocksEventReasons:
        this.#calls.ulong('nvmlDeviceGetCurrentClocksEventReasons', handle) ??
        this.#calls.ulong('nvmlDeviceGetCurrentClocksThrottleReasons', handle),
      pcieGeneration: this.#calls.uint('nvmlDeviceGetCurrPcieLinkGeneration', handle),
      pcieWidth: this.#calls.uint('nvmlDeviceGetCurrPcieLinkWidth', handle),
      processes: this.#processes.read(handle),
      instances: facts.isMig === true ? readNvmlInstances(this.#calls, handle) : null,
    };
    return { ...answers, failure: this.#calls.failure };
  }

  #temperature(handle: bigint): number | null {
    return this.#calls.clock('nvmlDeviceGetTemperature', handle, SENSOR_GPU);
  }

  #busId(handle: bigint): string | null {
    const out = this.#calls.bytes('nvmlDeviceGetPciInfo_v3', handle, PCI_INFO_BYTES);
    return out === null ? null : textOf(out.subarray(PCI_ADDRESS_AT));
  }

  #computeCapability(handle: bigint): number | null {
    const [major, minor] = [Buffer.alloc(4), Buffer.alloc(4)];
    const parameters = 'uint64_t device, void *major, void *minor';
    const name = 'nvmlDeviceGetCudaComputeCapability';
    if (this.#calls.call(name, parameters, handle, major, minor) !== SUCCESS) return null;
    return major.readUInt32LE() + minor.readUInt32LE() / 10;
  }

  #isMig(handle: bigint): boolean | null {
    const [current, pending] = [Buffer.alloc(4), Buffer.alloc(4)];
    const parameters = 'uint64_t device, void *current, void *pending';
    const code = this.#calls.call('nvmlDeviceGetMigMode', parameters, handle, current, pending);
    return code === SUCCESS ? current.readUInt32LE() === 1 : null;
  }

  #isVgpu(handle: bigint): boolean | null {
    const mode = this.#calls.uint('nvmlDeviceGetVirtualizationMode', handle);
    return mode === null ? null : mode === MODE_VGPU;
  }

  /** A field has a return code of its own. */
  #instantPower(handle: bigint): number | null {
    const out = Buffer.alloc(FIELD_BYTES);
    out.writeUInt32LE(FIELD_POWER_INSTANT);
    const parameters = 'uint64_t device, int count, void *values';
    const code = this.#calls.call('nvmlDeviceGetFieldValues', parameters, handle, 1, out);
    return code === SUCCESS && out.readUInt32LE(28) === SUCCESS ? out.readUInt32LE(32) : null;
  }
}
