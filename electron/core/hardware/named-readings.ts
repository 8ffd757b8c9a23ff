import type { GpuReading, GpuVendor } from '../../../shared/gpu.ts';
import { normalPciAddress } from './pci-address.ts';
import type { SourceReading } from './source.ts';
import type { StaticGpu } from './static-facts.ts';

const UNNAMED: Readonly<Record<GpuVendor, string>> = {
  nvidia: 'NVIDIA GPU',
  amd: 'AMD GPU',
  intel: 'Intel GPU',
  apple: 'Apple GPU',
  other: 'GPU',
};

/** Adds names from the static facts to readings that have none. */
export function namedReadings(
  readings: readonly SourceReading[],
  facts: readonly StaticGpu[],
): GpuReading[] {
  return readings.map((reading) => ({
    ...shown(reading),
    name: reading.name ?? factOf(reading, readings, facts)?.name ?? UNNAMED[reading.vendor],
  }));
}

/** The part of a reading that is shown. The energy meter needs the sensor, merging the address. */
function shown(reading: SourceReading): Omit<SourceReading, 'energySensor' | 'pciAddress'> {
  const copy = { ...reading };
  delete copy.energySensor;
  delete copy.pciAddress;
  return copy;
}

/** Matches by PCI address (`0000:03:00.0` ends in `03:00.0`), else by being the vendor's only card. */
function factOf(
  reading: SourceReading,
  readings: readonly SourceReading[],
  facts: readonly StaticGpu[],
): StaticGpu | null {
  const ofVendor = facts.filter((fact) => fact.vendor === reading.vendor);
  const address = normalPciAddress(reading.pciAddress) ?? normalPciAddress(reading.id);
  const same = ofVendor.find(
    ({ busAddress }) => address !== null && normalPciAddress(busAddress) === address,
  );
  if (same !== undefined) return same;
  const alone = readings.filter(({ vendor }) => vendor === reading.vendor).length === 1;
  return alone && ofVendor.length === 1 ? (ofVendor[0] ?? null) : null;
}

/** Readings made of static facts only: names and, where reliable, memory sizes. */
export function factReadings(facts: readonly StaticGpu[]): GpuReading[] {
  return facts.map((fact, index) => ({
    index,
    id: fact.busAddress,
    name: fact.name,
    vendor: fact.vendor,
    memoryTotalBytes: fact.memoryTotalBytes,
    ...NO_LOAD,
  }));
}

/** The same GPUs with all dynamic figures unknown. */
export function withoutLoad(readings: readonly SourceReading[]): SourceReading[] {
  return readings.map((reading) => {
    const copy = { ...reading, ...NO_LOAD };
    delete copy.details;
    delete copy.energySensor;
    return copy;
  });
}

const NO_LOAD = {
  utilizationPercent: null,
  memoryUsedBytes: null,
  temperatureC: null,
  powerW: null,
  powerLimitW: null,
} as const;
