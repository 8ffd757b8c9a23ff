/** Temperatures in the unit that people read. Everywhere else they are in degrees Celsius. */
import { UNKNOWN, known } from './format.ts';
import { formatFixed, temperatureUnit } from './format-locale.ts';

/** A temperature in the shown unit: `61 °C`, or `142 °F`. */
export function formatTemperature(celsius: number | null): string {
  return known(celsius) ? `${formatFixed(shownTemperature(celsius), 0)} ${degreeSign()}` : UNKNOWN;
}

/** The symbol of the shown unit: `°C` or `°F`. */
export function degreeSign(): string {
  return temperatureUnit() === 'celsius' ? '°C' : '°F';
}

/** Degrees Celsius in the shown unit. */
export function shownTemperature(celsius: number): number;
export function shownTemperature(celsius: number | null): number | null;
export function shownTemperature(celsius: number | null): number | null {
  if (celsius === null || temperatureUnit() === 'celsius') return celsius;
  return celsius * 1.8 + 32;
}

/** Degrees Celsius from the shown unit. */
export function celsiusOfShown(shown: number): number {
  return temperatureUnit() === 'celsius' ? shown : (shown - 32) / 1.8;
}
