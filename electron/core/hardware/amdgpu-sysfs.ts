import { join } from 'node:path';
import { createPolledSource } from './polled-source.ts';
import type { GpuSource, SourceReading } from './source.ts';
import {
  graphicsDevices,
  hwmonFolders,
  pciAddress,
  readInteger,
  readText,
  scaled,
} from './sysfs.ts';

export interface AmdgpuOptions {
  /** The folder with `card<N>`, `/sys/class/drm` by default. */
  readonly root?: string;
}

const AMD = '0x1002';

/** AMD GPUs under the amdgpu kernel driver (Linux), read from sysfs. Needs no tool and no rights. */
export function createAmdgpuSource(options: AmdgpuOptions = {}): GpuSource {
  const root = options.root ?? '/sys/class/drm';
  return createPolledSource({
    name: 'amdgpu',
    lookedFor: `amdgpu in ${root} (AMD)`,
    nothing: 'the amdgpu driver has no card',
    read: () => readAmdgpu(root),
  });
}

/** All cards of the driver, ordered by number. Units are those of `SourceReading`. */
export async function readAmdgpu(root: string): Promise<SourceReading[]> {
  const readings: SourceReading[] = [];
  for (const device of await graphicsDevices(root)) {
    const reading = await readCard(device, readings.length);
    if (reading !== null) readings.push(reading);
  }
  return readings;
}

async function readCard(device: string, index: number): Promise<SourceReading | null> {
  if ((await readText(join(device, 'vendor'))) !== AMD) return null;
  const [busy, memory, sensors, product, address] = await Promise.all([
    readInteger(join(device, 'gpu_busy_percent')),
    readMemory(device),
    readSensors(device),
    readText(join(device, 'product_name')),
    pciAddress(device),
  ]);
  // An AMD card under another driver (radeon, vfio) lacks these files.
  if (busy === null && memory.total === null) return null;
  return {
    index,
    id: address,
    name: product,
    vendor: 'amd',
    utilizationPercent: busy,
    memoryUsedBytes: memory.used,
    memoryTotalBytes: memory.total,
    temperatureC: sensors.temperatureC,
    powerW: sensors.powerW,
    powerLimitW: sensors.powerLimitW,
  };
}

interface Memory {
  readonly used: number | null;
  readonly total: number | null;
}

/**
 * Memory in bytes. A GPU inside the processor has a small part of main memory reserved as VRAM and
 * takes more on demand (GTT), so both are added there. It is recognised by missing files: the driver
 * shows neither a memory controller's load nor a fan for it.
 */
async function readMemory(device: string): Promise<Memory> {
  const [vramTotal, vramUsed, gttTotal, gttUsed, controller, fan] = await Promise.all([
    readInteger(join(device, 'mem_info_vram_total')),
    readInteger(join(device, 'mem_info_vram_used')),
    readInteger(join(device, 'mem_info_gtt_total')),
    readInteger(join(device, 'mem_info_gtt_used')),
    readText(join(device, 'mem_busy_percent')),
    hwmonFolder(device).then((folder) => (folder === null ? null : readText(join(folder, 'pwm1')))),
  ]);
  const shared = controller === null && fan === null && (gttTotal ?? 0) > (vramTotal ?? 0);
  if (!shared) return { used: vramUsed, total: vramTotal };
  return { used: sum(vramUsed, gttUsed), total: sum(vramTotal, gttTotal) };
}

interface Sensors {
  readonly temperatureC: number | null;
  readonly powerW: number | null;
  readonly powerLimitW: number | null;
}

/** Converts hwmon's millidegrees and microwatts. */
async function readSensors(device: string): Promise<Sensors> {
  const folder = await hwmonFolder(device);
  if (folder === null) return { temperatureC: null, powerW: null, powerLimitW: null };
  const [temperature, average, input, cap] = await Promise.all([
    edgeTemperature(folder),
    readInteger(join(folder, 'power1_average')),
    readInteger(join(folder, 'power1_input')),
    readInteger(join(folder, 'power1_cap')),
  ]);
  return {
    temperatureC: scaled(temperature, 1e3),
    powerW: scaled(average ?? input, 1e6),
    powerLimitW: scaled(cap, 1e6),
  };
}

/** The sensor labelled `edge`, which is usually but not always the first. */
async function edgeTemperature(folder: string): Promise<number | null> {
  for (const sensor of ['temp1', 'temp2', 'temp3']) {
    if ((await readText(join(folder, `${sensor}_label`))) === 'edge') {
      return readInteger(join(folder, `${sensor}_input`));
    }
  }
  return readInteger(join(folder, 'temp1_input'));
}

async function hwmonFolder(device: string): Promise<string | null> {
  const folders = await hwmonFolders(device);
  return folders[0] ?? null;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
