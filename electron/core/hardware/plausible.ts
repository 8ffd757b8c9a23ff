import type { SourceReading } from './source.ts';

/**
 * More than any card or module draws, watts. A module with processor and GPUs such as GB200 has a limit
 * of 2,700 W. Drivers that fail have told all bits set, which is millions.
 */
const MAX_POWER_W = 5_000;
/** A card exceeds its limit for moments only, and by less than this factor. */
const MAX_OF_LIMIT = 4;
/** Nothing that computes is colder or hotter than this, degrees Celsius. */
const MIN_TEMPERATURE_C = -40;
const MAX_TEMPERATURE_C = 150;
/** Utilisation slightly above 100 is rounding; more is no share, percent. */
const MAX_PERCENT = 110;

/**
 * Returns the reading with its impossible values as unknown. One absurd power would otherwise stay in
 * the sums for good.
 */
export function plausibleReading(reading: SourceReading): SourceReading {
  const { powerW, powerLimitW, temperatureC, utilizationPercent } = reading;
  const limitW = within(powerLimitW, 0, MAX_POWER_W);
  const mostW = limitW === null || limitW === 0 ? MAX_POWER_W : limitW * MAX_OF_LIMIT;
  return {
    ...reading,
    powerW: within(powerW, 0, Math.min(mostW, MAX_POWER_W)),
    powerLimitW: limitW,
    temperatureC: within(temperatureC, MIN_TEMPERATURE_C, MAX_TEMPERATURE_C),
    utilizationPercent: within(utilizationPercent, 0, MAX_PERCENT),
  };
}

function within(value: number | null, least: number, most: number): number | null {
  return value !== null && value >= least && value <= most ? value : null;
}
