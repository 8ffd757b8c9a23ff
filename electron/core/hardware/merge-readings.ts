import type { GpuDetails } from '../../../shared/gpu.ts';
import { normalPciAddress } from './pci-address.ts';
import type { SourceReading } from './source.ts';

/** The newest readings of one live source. */
export interface SourceReadings {
  readonly source: string;
  readonly gpus: readonly SourceReading[];
}

/** One device with the values of all sources that see it. */
export interface MergedDevice {
  /** The same for all readings of the device. */
  readonly key: string;
  readonly reading: SourceReading;
  readonly sources: readonly string[];
  /** The source that gives the power and the energy sensor; null if none does. */
  readonly powerSource: string | null;
}

interface Part {
  readonly source: string;
  readonly reading: SourceReading;
}

/**
 * Merges the readings of several sources by device. Remembers which source gives a device's power,
 * so that a single missing value does not change it and no energy is counted twice.
 */
export class DeviceMerger {
  readonly #ids = new Map<string, string | null>();
  readonly #indexes = new Map<string, number>();
  /** The first source of each device's power. */
  readonly #firstPower = new Map<string, string>();
  /** Source and device of each power that was seen. */
  readonly #powers = new Set<string>();

  /** All devices. The richest source comes first and its values win. */
  merge(sources: readonly SourceReadings[]): MergedDevice[] {
    return [...groupByDevice(sources)].map(([key, parts]) => this.#merged(key, parts));
  }

  /** Call this when a source stops, so that another may give the power of its devices. */
  forget(source: string): void {
    for (const power of this.#powers) {
      if (power.startsWith(`${source}\n`)) this.#powers.delete(power);
    }
  }

  /** The devices with one index each, which they keep, ordered by it. */
  numbered(devices: readonly MergedDevice[]): MergedDevice[] {
    return devices
      .map((device) => {
        const index = this.#indexes.get(device.key) ?? this.#indexes.size;
        this.#indexes.set(device.key, index);
        return { ...device, reading: { ...device.reading, index } };
      })
      .sort((a, b) => a.reading.index - b.reading.index);
  }

  /**
   * The device as the energy meter knows it. Counters of two sources have different origins, so
   * another source than the first one makes another device of it.
   */
  forEnergy({ key, reading, powerSource }: MergedDevice): SourceReading {
    const id = reading.id ?? key;
    const isFirst = powerSource === this.#firstPower.get(key);
    return { ...reading, id: isFirst ? id : `${id} ${powerSource}` };
  }

  #merged(key: string, parts: readonly Part[]): MergedDevice {
    for (const { source, reading } of parts) {
      if (hasPower(reading)) this.#powers.add(`${source}\n${key}`);
    }
    const owner = parts.find(({ source }) => this.#powers.has(`${source}\n${key}`)) ?? null;
    const powerSource = owner?.source ?? null;
    if (powerSource !== null && !this.#firstPower.has(key)) this.#firstPower.set(key, powerSource);
    const ids = parts.map(({ reading }) => stableId(reading));
    const id = this.#ids.get(key) ?? ids.find((one) => one !== null) ?? null;
    this.#ids.set(key, id);
    const sources = parts.map(({ source }) => source);
    return { key, reading: { ...mergeParts(parts, owner), id }, sources, powerSource };
  }
}

function hasPower({ powerW, energySensor }: SourceReading): boolean {
  return powerW !== null || (energySensor?.counterJoules ?? null) !== null;
}

function addressOf({ pciAddress, id }: SourceReading): string | null {
  return normalPciAddress(pciAddress) ?? normalPciAddress(id);
}

function stableId(reading: SourceReading): string | null {
  return normalPciAddress(reading.id) ?? reading.id ?? normalPciAddress(reading.pciAddress);
}

/**
 * The readings by device. Devices are the same if their PCI address is, or else their id. A device
 * with neither is matched with the vendor's only other device, else by its vendor and index.
 */
function groupByDevice(sources: readonly SourceReadings[]): Map<string, Part[]> {
  const groups = new Map<string, Part[]>();
  const addresses = addressesById(sources);
  const add = (key: string, part: Part): void => {
    groups.set(key, [...(groups.get(key) ?? []), part]);
  };
  for (const { source, gpus } of sources) {
    for (const reading of gpus) {
      const address = addressOf(reading) ?? addresses.get(reading.id ?? '') ?? null;
      const key = address ?? reading.id ?? onlyDevice(reading, gpus, sources);
      if (key === null && isAmbiguous(reading, gpus, sources)) continue;
      add(key ?? `${reading.vendor} ${reading.index}`, { source, reading });
    }
  }
  return groups;
}

/** Addresses that one source tells of an id which another tells without address. */
function addressesById(sources: readonly SourceReadings[]): Map<string, string> {
  const known = sources
    .flatMap(({ gpus }) => gpus)
    .flatMap((reading): [string, string][] => {
      const address = addressOf(reading);
      return reading.id === null || address === null ? [] : [[reading.id, address]];
    });
  return new Map(known);
}

/** The key of the only device of the vendor in other sources, if it is also the only one here. */
function onlyDevice(
  { vendor }: SourceReading,
  gpus: readonly SourceReading[],
  sources: readonly SourceReadings[],
): string | null {
  if (gpus.filter((gpu) => gpu.vendor === vendor).length !== 1) return null;
  const [only, ...others] = [...knownDevices(vendor, sources)];
  return only !== undefined && others.length === 0 ? only : null;
}

/**
 * True if other sources know all devices of the vendor by their address, so that this one is among
 * them, but it cannot be told which. It would be shown twice.
 */
function isAmbiguous(
  { vendor }: SourceReading,
  gpus: readonly SourceReading[],
  sources: readonly SourceReadings[],
): boolean {
  const here = gpus.filter((gpu) => gpu.vendor === vendor).length;
  return knownDevices(vendor, sources).size >= here;
}

/** The keys of a vendor's devices that have one. */
function knownDevices(
  vendor: SourceReading['vendor'],
  sources: readonly SourceReadings[],
): Set<string> {
  const keys = sources
    .flatMap((source) => source.gpus)
    .filter((gpu) => gpu.vendor === vendor)
    .map((gpu) => addressOf(gpu) ?? gpu.id);
  return new Set(keys.filter((key) => key !== null));
}

/** The first value of each field that is known. Power and sensor belong together. */
function mergeParts(parts: readonly Part[], owner: Part | null): SourceReading {
  const readings = parts.map(({ reading }) => reading);
  const merged = firstKnown(readings);
  const details = readings.flatMap((reading) => reading.details ?? []);
  delete merged.energySensor;
  const sensor = owner?.reading.energySensor;
  return {
    ...merged,
    powerW: owner?.reading.powerW ?? null,
    ...(sensor === undefined ? {} : { energySensor: sensor }),
    ...(details.length === 0 ? {} : { details: firstKnown<GpuDetails>(details) }),
  };
}

/** An object whose every field has the first value that is neither null nor absent. */
function firstKnown<T extends object>(objects: readonly T[]): { -readonly [K in keyof T]: T[K] } {
  const merged = {} as T;
  for (const object of objects) {
    for (const key of Object.keys(object) as (keyof T)[]) {
      merged[key] ??= object[key];
    }
  }
  return merged;
}
