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

/** Readings with the names that the source itself did not know. */
export function namedReadings(
  readings: readonly SourceReading[],
  facts: readonly StaticGpu[],
): GpuReading[] {
  return readings.map((reading) => ({
    ...reading,
    name: reading.name ?? factOf(reading, readings, facts)?.name ?? UNNAMED[reading.vendor],
  }));
}

/** By PCI address (`0000:03:00.0` ends in `03:00.0`), else the only card of the vendor. */
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

/** GPUs of which only the names, and where honest the memory sizes, are known. */
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

/** The same GPUs with everything that was true only then taken out. */
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
