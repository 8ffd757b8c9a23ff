import type { GpuRanges, ValueRange } from '../../../shared/gpu.ts';
import type { MergedDevice } from './merge-readings.ts';
import type { SourceReading } from './source.ts';

const FIGURES = ['utilizationPercent', 'memoryUsedBytes', 'temperatureC', 'powerW'] as const;

/** Least, sum and greatest of a figure, and how many there were. */
interface Tally {
  readonly min: number;
  readonly sum: number;
  readonly max: number;
  readonly count: number;
}

type Tallies = Partial<Record<(typeof FIGURES)[number], Tally>>;

/** Collects the readings between two published states, which show the newest one only. */
export class ReadingRanges {
  #devices = new Map<string, Tallies>();

  /** Adds readings of one moment. */
  add(devices: readonly MergedDevice[]): void {
    for (const { key, reading } of devices) {
      this.#devices.set(key, added(this.#devices.get(key) ?? {}, reading));
    }
  }

  /** The ranges of some devices since the last call; null for a device without a reading. */
  take(keys: readonly string[]): (GpuRanges | null)[] {
    const devices = this.#devices;
    this.#devices = new Map();
    return keys.map((key) => {
      const tallies = devices.get(key);
      return tallies === undefined ? null : rangesOf(tallies);
    });
  }
}

function added(tallies: Tallies, reading: SourceReading): Tallies {
  const all = { ...tallies };
  for (const figure of FIGURES) {
    const value = reading[figure];
    if (value === null) continue;
    const { min, sum, max, count } = all[figure] ?? { min: value, sum: 0, max: value, count: 0 };
    all[figure] = {
      min: Math.min(min, value),
      sum: sum + value,
      max: Math.max(max, value),
      count: count + 1,
    };
  }
  return all;
}

function rangesOf(tallies: Tallies): GpuRanges {
  const range = (figure: (typeof FIGURES)[number]): ValueRange | null => {
    const tally = tallies[figure];
    if (tally === undefined) return null;
    const { min, sum, max, count } = tally;
    return { min, mean: sum / count, max };
  };
  return {
    utilizationPercent: range('utilizationPercent'),
    memoryUsedBytes: range('memoryUsedBytes'),
    temperatureC: range('temperatureC'),
    powerW: range('powerW'),
  };
}
