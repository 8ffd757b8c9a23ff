import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sentence } from '../../../../shared/sentences.ts';
import { DrmClients } from '../linux/drm-clients.ts';
import { awakePercent, NO_INTEL_USE, readIntelUse } from './intel-details.ts';
import type { IntelUse } from './intel-details.ts';
import { createPolledSource } from '../polled-source.ts';
import type { GpuSource, SourceReading } from '../source.ts';
import {
  driverName,
  graphicsDevices,
  hwmonFolders,
  isAsleep,
  pciAddress,
  readInteger,
  readText,
  scaled,
} from '../linux/sysfs.ts';

export interface IntelHwmonOptions {
  /** The folder with `card<N>`, `/sys/class/drm` by default. */
  readonly root?: string;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** The processes that use GPUs; those of this machine by default. Null: they are not looked for. */
  readonly clients?: DrmClients | null;
}

const INTEL = '0x8086';
/**
 * No card draws so much, watts. A larger difference is a jump of the counter: the driver takes a
 * register that was reset, for example in deep sleep, as one that has wrapped.
 */
const MAX_POWER_W = 2000;

/**
 * Intel's GPUs under the `i915` or `xe` driver, read from sysfs and, for processes, from `/proc`. Needs
 * no tool and no rights. Only graphics cards have sensors (with `i915` since Linux 6.2).
 */
export function createIntelHwmonSource(options: IntelHwmonOptions = {}): GpuSource {
  const root = options.root ?? '/sys/class/drm';
  const { now = () => performance.now(), clients = new DrmClients() } = options;
  const reader = new IntelHwmonReader(root, now, clients);
  return createPolledSource({
    name: 'intel-hwmon',
    lookedFor: sentence('looked_in', {
      what: sentence('looked_both', { one: 'i915', other: 'xe' }),
      place: root,
      vendor: 'Intel',
    }),
    nothing: sentence('intel_nothing'),
    read: () => reader.read(),
  });
}

/** A counter's value, joules, and when it was read. */
interface CounterReading {
  readonly joules: number;
  readonly at: number;
}

/** When a GPU's idle time was read, and how much it was, milliseconds. */
interface IdleReading {
  readonly idleMs: number;
  readonly at: number;
}

/**
 * Reads all cards. Remembers the last counter of each, because Intel's drivers tell no power: it is
 * the counter's difference over the time between two readings, and null on the first.
 */
export class IntelHwmonReader {
  readonly #root: string;
  readonly #now: () => number;
  readonly #clients: DrmClients | null;
  #counters: ReadonlyMap<string, CounterReading> = new Map();
  readonly #idle = new Map<string, IdleReading>();

  constructor(root: string, now: () => number, clients: DrmClients | null = null) {
    this.#root = root;
    this.#now = now;
    this.#clients = clients;
  }

  /** The cards ordered by number. Units are those of `SourceReading`. */
  async read(): Promise<SourceReading[]> {
    const readings: SourceReading[] = [];
    const counters = new Map<string, CounterReading>();
    for (const device of await graphicsDevices(this.#root)) {
      const sensors = await readSensors(device, this.#now);
      if (sensors === null) continue;
      const { counter, isInProcessor } = sensors;
      if (counter !== null) counters.set(device, counter);
      const power = powerBetween(this.#counters.get(device) ?? null, counter);
      const use = sensors.isAsleep
        ? NO_INTEL_USE
        : await readIntelUse(device, isInProcessor, this.#clients);
      const awake = this.#awakeSince(device, use);
      const reading = toReading(readings.length, await pciAddress(device), sensors, power);
      readings.push({
        ...reading,
        utilizationPercent: use.utilizationPercent ?? awake,
        memoryUsedBytes: use.memoryUsedBytes,
        details: use.details,
      });
    }
    // A card that is gone has no last value when it comes back.
    this.#counters = counters;
    return readings;
  }

  #awakeSince(device: string, { idleMs }: IntelUse): number | null {
    const last = this.#idle.get(device);
    const at = this.#now();
    if (idleMs === null) this.#idle.delete(device);
    else this.#idle.set(device, { idleMs, at });
    if (last === undefined || idleMs === null) return null;
    return awakePercent(idleMs - last.idleMs, at - last.at);
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
  readonly isInProcessor: boolean;
  /** True for a card that sleeps: it was not read, because that would wake it. */
  readonly isAsleep: boolean;
}

const NO_SENSORS: Sensors = {
  counter: null,
  powerLimitW: null,
  temperatureC: null,
  isInProcessor: false,
  isAsleep: false,
};

/**
 * The sensors of a GPU; null if the device is another maker's or under another driver. A GPU inside
 * the processor has none.
 */
async function readSensors(device: string, now: () => number): Promise<Sensors | null> {
  if ((await readText(join(device, 'vendor'))) !== INTEL) return null;
  for (const folder of await hwmonFolders(device)) {
    const driver = await readText(join(folder, 'name'));
    // `i915_gt<N>` is a part of the card that the folder named `i915` covers.
    if (driver !== 'i915' && driver !== 'xe') continue;
    if (await isAsleep(device)) return { ...NO_SENSORS, isAsleep: true };
    return readFolder(folder, driver, now);
  }
  const driver = await driverName(device);
  if (driver !== 'i915' && driver !== 'xe') return null;
  return { ...NO_SENSORS, isInProcessor: true };
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
    ...NO_SENSORS,
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
