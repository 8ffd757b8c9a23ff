import type { SourceReading } from '../source.ts';
import type { EnergyReading } from './energy-meter.ts';

/** The part of a source's readings from which energy is computed. */
export function energyReadings(gpus: readonly SourceReading[]): EnergyReading[] {
  return gpus.map(({ vendor, index, id, powerW, utilizationPercent, energySensor }) => ({
    device: id ?? `${vendor} ${index}`,
    traits: {
      averagingMs: energySensor?.averagingMs ?? 0,
      counterRangeJoules: energySensor?.counterRangeJoules ?? null,
    },
    powerW,
    counterJoules: energySensor?.counterJoules ?? null,
    utilizationPercent,
  }));
}
