import { readdir } from 'node:fs/promises';
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

export interface IntelHwmonOptions {
  /** The folder with `card<N>`, `/sys/class/drm` by default. */
  readonly root?: string;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const INTEL = '0x8086';
/**
 * No card draws so much, watts. A larger difference is a jump of the counter: the driver takes a
 * register that was reset, for example in deep sleep, as one that has wrapped.
 */
const MAX_POWER_W = 2000;

/**
 * Intel's graphics cards under the `i915` (Linux 6.2 and newer) or `xe` driver, read from sysfs. Needs
 * no tool and no rights. The drivers tell neither utilisation nor memory there, and nothing for GPUs
 * inside the processor.
 */
export function createIntelHwmonSource(options: IntelHwmonOptions = {}): GpuSource {
  const root = options.root ?? '/sys/class/drm';
  const reader = new IntelHwmonReader(root, options.now ?? (() => performance.now()));
  return createPolledSource({
    name: 'intel-hwmon',
    lookedFor: `i915 and xe in ${root} (Intel)`,
    nothing: 'the i915 and xe drivers have no graphics card with sensors',
    read: () => reader.read(),
  });
}

/** A counter's value, joules, and when it was read. */
interface CounterReading {
  readonly joules: number;
  readonly at: number;
}

/**
 * Reads all cards. Remembers the last counter of each, because Intel's drivers tell no power: it is
 * the counter's difference over the time between two readings, and null on the first.
 */
export class IntelHwmonReader {
  readonly #root: string;
  readonly #now: () => number;
  #counters: ReadonlyMap<string, CounterReading> = new Map();

  constructor(root: string, now: () => number) {
    this.#root = root;
    this.#now = now;
  }

  /** The cards ordered by number. Units are those of `SourceReading`. */
  async read(): Promise<SourceReading[]> {
    const readings: SourceReading[] = [];
    const counters = new Map<string, CounterReading>();
    for (const device of await graphicsDevices(this.#root)) {
      const sensors = await readSensors(device, this.#now);
      if (sensors === null) continue;
      const { counter } = sensors;
      if (counter !== null) counters.set(device, counter);
      const power = powerBetween(this.#counters.get(device) ?? null, counter);
      readings.push(toReading(readings.length, await pciAddress(device), sensors, power));
    }
    // A card that is gone has no last value when it comes back.
    this.#counters = counters;
    return readings;
  }
}

interface Power {
  readonly watts: number | null;
  readonly averagingMs: number;
  /** True if the counter rose by more than any card can draw. */
  readonly isJump: boolean;
}

function powerBetween(last: CounterReading | null, counter: CounterReading | null): Power {
  const unknown = { watts: null, averagingMs: 0, isJump: false };
  if (last === null || counter === null) return unknown;
  const elapsedMs = counter.at - last.at;
  const joules = counter.joules - last.joules;
  if (elapsedMs <= 0 || joules < 0) return unknown;
  const watts = (joules * 1000) / elapsedMs;
  if (watts > MAX_POWER_W) return { ...unknown, isJump: true };
  return { watts, averagingMs: elapsedMs, isJump: false };
}

interface Sensors {
  readonly counter: CounterReading | null;
  readonly powerLimitW: number | null;
  readonly temperatureC: number | null;
}

/** The sensors of a card, or null if the device is another maker's or has none. */
async function readSensors(device: string, now: () => number): Promise<Sensors | null> {
  if ((await readText(join(device, 'vendor'))) !== INTEL) return null;
  for (const folder of await hwmonFolders(device)) {
    const driver = await readText(join(folder, 'name'));
    // `i915_gt<N>` is a part of the card that the folder named `i915` covers.
    if (driver === 'i915' || driver === 'xe') return readFolder(folder, driver, now);
  }
  return null;
}

/**
 * Channel 1 is the whole card, and channel 2 (only `xe`) its package, which is taken if the driver
 * shows no other. Energy is in microjoules. Its register has 32 bits, and the driver extends it to 64
 * as long as it is read before the register wraps twice (every 4 minutes at 1000 W), so the counter
 * does not wrap. A limit of 0 is off; the sustained limit (`max`, PL1) comes before the one for bursts
 * (`cap`, PL2).
 *
 * Sources: Documentation/ABI/testing/sysfs-driver-intel-i915-hwmon and sysfs-driver-intel-xe-hwmon;
 * `hwm_energy` in drivers/gpu/drm/i915/i915_hwmon.c, `xe_hwmon_energy_get` in
 * drivers/gpu/drm/xe/xe_hwmon.c
 */
async function readFolder(
  folder: string,
  driver: 'i915' | 'xe',
  now: () => number,
): Promise<Sensors> {
  const files = await readdir(folder).catch(() => [] as string[]);
  const hasCard = files.includes('energy1_input') || !files.includes('energy2_input');
  const channel = hasCard ? 1 : 2;
  const joules = scaled(counted(await readInteger(join(folder, `energy${channel}_input`))), 1e6);
  const counter = joules === null ? null : { joules, at: now() };
  const [max, cap, temperature] = await Promise.all([
    readInteger(join(folder, `power${channel}_max`)),
    readInteger(join(folder, `power${channel}_cap`)),
    readInteger(join(folder, driver === 'xe' ? 'temp2_input' : 'temp1_input')),
  ]);
  return {
    counter,
    powerLimitW: scaled(enabled(max) ?? enabled(cap), 1e6),
    temperatureC: scaled(temperature, 1e3),
  };
}

/** The drivers count in a signed 64-bit number. Anything else, such as 64 ones, is no count. */
function counted(microjoules: number | null): number | null {
  return microjoules !== null && microjoules >= 0 && microjoules < 2 ** 63 ? microjoules : null;
}

function enabled(limit: number | null): number | null {
  return limit === 0 ? null : limit;
}

function toReading(
  index: number,
  id: string | null,
  { counter, powerLimitW, temperatureC }: Sensors,
  power: Power,
): SourceReading {
  return {
    index,
    id,
    name: null,
    vendor: 'intel',
    utilizationPercent: null,
    memoryUsedBytes: null,
    memoryTotalBytes: null,
    temperatureC,
    powerW: power.watts,
    powerLimitW,
    energySensor: {
      counterJoules: power.isJump ? null : (counter?.joules ?? null),
      counterRangeJoules: null,
      averagingMs: power.averagingMs,
    },
  };
}
