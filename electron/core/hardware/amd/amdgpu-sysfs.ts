import { join } from 'node:path';
import { sentence } from '../../../../shared/sentences.ts';
import { readAmdgpuDetails } from './amdgpu-details.ts';
import { cardPower, CardRest, unknownCard, unread } from '../linux/card-rest.ts';
import { DrmClients } from '../linux/drm-clients.ts';
import { AMDGPU_AVERAGING_MS, parseGpuMetrics } from './gpu-metrics.ts';
import type { GpuMetrics } from './gpu-metrics.ts';
import { createPolledSource } from '../polled-source.ts';
import type { GpuSource, SourceReading } from '../source.ts';
import {
  driverName,
  graphicsDevices,
  hwmonFolders,
  pciAddress,
  readBytes,
  readInteger,
  readText,
  scaled,
} from '../linux/sysfs.ts';

export interface AmdgpuOptions {
  /** The folder with `card<N>`, `/sys/class/drm` by default. */
  readonly root?: string;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** The processes that use GPUs; those of this machine by default. Null: they are not looked for. */
  readonly clients?: DrmClients | null;
}

const AMD = '0x1002';
/** At this pace or a faster one something runs, so the cards must be read, milliseconds. */
const WANTED_MS = 1_000;

/** AMD GPUs under the amdgpu kernel driver (Linux), read from sysfs. Needs no tool and no rights. */
export function createAmdgpuSource(options: AmdgpuOptions = {}): GpuSource {
  const root = options.root ?? '/sys/class/drm';
  const clients = options.clients === undefined ? new DrmClients() : options.clients;
  const reader = new AmdgpuReader(root, options.now ?? (() => performance.now()), clients);
  return createPolledSource({
    name: 'amdgpu',
    lookedFor: sentence('looked_in', { what: 'amdgpu', place: root, vendor: 'AMD' }),
    nothing: sentence('amdgpu_nothing'),
    read: (intervalMs) => reader.read(intervalMs),
  });
}

/** All cards of the driver, ordered by number. Units are those of `SourceReading`. */
export function readAmdgpu(
  root: string,
  clients: DrmClients | null = null,
): Promise<SourceReading[]> {
  return new AmdgpuReader(root, () => performance.now(), clients).read(WANTED_MS);
}

/** Reads all cards, but neither wakes one that sleeps nor keeps an idle one awake. */
class AmdgpuReader {
  readonly #root: string;
  readonly #now: () => number;
  readonly #clients: DrmClients | null;
  readonly #cards = new Map<string, { rest: CardRest; last: SourceReading | null }>();

  constructor(root: string, now: () => number, clients: DrmClients | null) {
    this.#root = root;
    this.#now = now;
    this.#clients = clients;
  }

  async read(intervalMs: number): Promise<SourceReading[]> {
    const readings: SourceReading[] = [];
    for (const device of await graphicsDevices(this.#root)) {
      const reading = await this.#readCard(device, readings.length, intervalMs <= WANTED_MS);
      if (reading !== null) readings.push(reading);
    }
    return readings;
  }

  async #readCard(device: string, index: number, isWanted: boolean): Promise<SourceReading | null> {
    if ((await readText(join(device, 'vendor'))) !== AMD) return null;
    const card = this.#cards.get(device) ?? { rest: new CardRest(), last: null };
    this.#cards.set(device, card);
    const decision = card.rest.decide(await cardPower(device), isWanted, this.#now());
    if (decision !== 'read') {
      const known = card.last ?? (await sleepingCard(device, index));
      return known === null ? null : { ...unread(known, decision === 'asleep'), index };
    }
    card.last = await readCard(device, index, this.#clients);
    if (card.last !== null) card.rest.note(card.last, this.#now());
    return card.last;
  }
}

/** A card that has not been read yet; null if another driver (radeon, vfio) has it. */
async function sleepingCard(device: string, index: number): Promise<SourceReading | null> {
  const driver = await driverName(device);
  if (driver !== 'amdgpu') return null;
  const name = await readText(join(device, 'product_name'));
  return { ...unknownCard('amd', index, await pciAddress(device)), name };
}

async function readCard(
  device: string,
  index: number,
  clients: DrmClients | null,
): Promise<SourceReading | null> {
  const table = await readBytes(join(device, 'gpu_metrics'));
  const metrics = table === null ? null : parseGpuMetrics(table);
  const hwmon = await hwmonFolder(device);
  const [busy, memory, sensors, product, address] = await Promise.all([
    readInteger(join(device, 'gpu_busy_percent')),
    readMemory(device, hwmon, metrics),
    readSensors(hwmon, metrics),
    readText(join(device, 'product_name')),
    pciAddress(device),
  ]);
  // An AMD card under another driver (radeon, vfio) lacks these files.
  if (busy === null && memory.total === null) return null;
  const hasUnifiedMemory = memory.isShared;
  const usage = address === null ? null : (clients?.usageOf(address, hasUnifiedMemory) ?? null);
  const details = await readAmdgpuDetails({ device, hwmon, metrics, hasUnifiedMemory, usage });
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
    energySensor: {
      counterJoules: metrics?.energyJoules ?? null,
      counterRangeJoules: metrics?.energyRangeJoules ?? null,
      averagingMs: sensors.averagingMs,
    },
    details,
  };
}

interface Memory {
  /** True if the GPU uses main memory. */
  readonly isShared: boolean;
  readonly used: number | null;
  readonly total: number | null;
}

/**
 * Memory in bytes. A GPU inside the processor has a small part of main memory reserved as VRAM and
 * takes more on demand (GTT), so both are added there. The version of `gpu_metrics` tells which GPU is
 * one. Without that file it is recognised by others that are missing: the driver shows neither a
 * memory controller's load nor a fan for it.
 */
async function readMemory(
  device: string,
  hwmon: string | null,
  metrics: GpuMetrics | null,
): Promise<Memory> {
  const [vramTotal, vramUsed, gttTotal, gttUsed, controller, fan] = await Promise.all([
    readInteger(join(device, 'mem_info_vram_total')),
    readInteger(join(device, 'mem_info_vram_used')),
    readInteger(join(device, 'mem_info_gtt_total')),
    readInteger(join(device, 'mem_info_gtt_used')),
    readText(join(device, 'mem_busy_percent')),
    hwmon === null ? null : readText(join(hwmon, 'pwm1')),
  ]);
  const looksShared = controller === null && fan === null && (gttTotal ?? 0) > (vramTotal ?? 0);
  const isShared = metrics?.isApu ?? looksShared;
  if (!isShared) return { isShared, used: vramUsed, total: vramTotal };
  return { isShared, used: sum(vramUsed, gttUsed), total: sum(vramTotal, gttTotal) };
}

interface Sensors extends Power {
  readonly temperatureC: number | null;
  readonly powerLimitW: number | null;
}

/** Converts hwmon's millidegrees and microwatts. */
async function readSensors(folder: string | null, metrics: GpuMetrics | null): Promise<Sensors> {
  if (folder === null) {
    return { temperatureC: null, powerLimitW: null, ...powerOf(null, null, null, metrics) };
  }
  const [temperature, average, interval, input, cap] = await Promise.all([
    edgeTemperature(folder),
    readInteger(join(folder, 'power1_average')),
    readInteger(join(folder, 'power1_average_interval')),
    readInteger(join(folder, 'power1_input')),
    readInteger(join(folder, 'power1_cap')),
  ]);
  return {
    temperatureC: scaled(temperature, 1e3),
    powerLimitW: scaled(cap, 1e6),
    ...powerOf(scaled(average, 1e6), interval, scaled(input, 1e6), metrics),
  };
}

interface Power {
  readonly powerW: number | null;
  readonly averagingMs: number;
}

/**
 * The power in watts, with the window over which it is the mean. On an APU it includes the processor.
 * `power1_average` comes first, because it also covers the time between two readings;
 * `power1_input` is instantaneous. Drivers that tell the window do it in `power1_average_interval`
 * (milliseconds); the table's power is for cards that have neither.
 *
 * Sources: "hwmon" in https://docs.kernel.org/gpu/amdgpu/thermal.html and
 * https://docs.kernel.org/hwmon/sysfs-interface.html
 */
function powerOf(
  averageW: number | null,
  intervalMs: number | null,
  inputW: number | null,
  metrics: GpuMetrics | null,
): Power {
  if (averageW !== null) {
    const filterMs = metrics?.isApu === true ? metrics.powerAveragingMs : AMDGPU_AVERAGING_MS;
    return { powerW: averageW, averagingMs: intervalMs ?? filterMs };
  }
  const socketW = metrics?.socketPowerW ?? null;
  if (inputW !== null || socketW === null) return { powerW: inputW, averagingMs: 0 };
  return { powerW: socketW, averagingMs: metrics?.powerAveragingMs ?? 0 };
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
