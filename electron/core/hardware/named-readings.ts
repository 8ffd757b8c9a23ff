import type { GpuReading, GpuVendor } from '../../../shared/gpu.ts';
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

/** The part of a reading that is shown. Only the energy meter needs the sensor for energy. */
function shown(reading: SourceReading): Omit<SourceReading, 'energySensor'> {
  const copy = { ...reading };
  delete copy.energySensor;
  return copy;
}

/** Matches by PCI address (`0000:03:00.0` ends in `03:00.0`), else by being the vendor's only card. */
function factOf(
  reading: SourceReading,
  readings: readonly SourceReading[],
  facts: readonly StaticGpu[],
): StaticGpu | null {
  const ofVendor = facts.filter((fact) => fact.vendor === reading.vendor);
  const address = reading.id?.toLowerCase();
  const same = ofVendor.find(
    ({ busAddress }) => busAddress !== null && address?.endsWith(busAddress.toLowerCase()),
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

/** The same GPUs with all dynamic figures set to null. */
export function withoutLoad(readings: readonly GpuReading[]): GpuReading[] {
  return readings.map((reading) => ({ ...reading, ...NO_LOAD }));
}

const NO_LOAD = {
  utilizationPercent: null,
  memoryUsedBytes: null,
  temperatureC: null,
  powerW: null,
  powerLimitW: null,
} as const;
