import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createPolledSource } from './polled-source.ts';
import type { GpuSource, SourceReading } from './source.ts';

export interface AmdgpuOptions {
  /** The folder with `card<N>`, `/sys/class/drm` by default. */
  readonly root?: string;
}

const AMD = '0x1002';
const PCI_ADDRESS = /^[0-9a-f]{4}:([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i;

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
  const names = await readdir(root).catch(() => [] as string[]);
  const cards = names
    .filter((name) => /^card\d+$/.test(name))
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  const readings: SourceReading[] = [];
  for (const card of cards) {
    const reading = await readCard(join(root, card, 'device'), readings.length);
    if (reading !== null) readings.push(reading);
  }
  return readings;
}

async function readCard(device: string, index: number): Promise<SourceReading | null> {
  if ((await text(join(device, 'vendor'))) !== AMD) return null;
  const [busy, memory, sensors, product, address] = await Promise.all([
    number(join(device, 'gpu_busy_percent')),
    readMemory(device),
    readSensors(device),
    text(join(device, 'product_name')),
    realpath(device).then(basename, () => ''),
  ]);
  // An AMD card under another driver (radeon, vfio) lacks these files.
  if (busy === null && memory.total === null) return null;
  return {
    index,
    id: PCI_ADDRESS.test(address) ? address : null,
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
    number(join(device, 'mem_info_vram_total')),
    number(join(device, 'mem_info_vram_used')),
    number(join(device, 'mem_info_gtt_total')),
    number(join(device, 'mem_info_gtt_used')),
    text(join(device, 'mem_busy_percent')),
    hwmonFolder(device).then((folder) => (folder === null ? null : text(join(folder, 'pwm1')))),
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
    number(join(folder, 'power1_average')),
    number(join(folder, 'power1_input')),
    number(join(folder, 'power1_cap')),
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
    if ((await text(join(folder, `${sensor}_label`))) === 'edge') {
      return number(join(folder, `${sensor}_input`));
    }
  }
  return number(join(folder, 'temp1_input'));
}

async function hwmonFolder(device: string): Promise<string | null> {
  const names = await readdir(join(device, 'hwmon')).catch(() => [] as string[]);
  const first = names.filter((name) => name.startsWith('hwmon')).sort()[0];
  return first === undefined ? null : join(device, 'hwmon', first);
}

/** A file's trimmed text; null if it is absent, empty or unreadable (a sleeping card). */
async function text(path: string): Promise<string | null> {
  const content = await readFile(path, 'utf8').catch(() => '');
  return content.trim() || null;
}

async function number(path: string): Promise<number | null> {
  const content = await text(path);
  return content !== null && /^-?\d+$/.test(content) ? Number(content) : null;
}

function scaled(value: number | null, divisor: number): number | null {
  return value === null ? null : value / divisor;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
