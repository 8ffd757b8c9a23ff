import { JOULES_PER_KWH, member, numberOf, sumOf, times } from './wall-figures.ts';
import type { WallFigures } from './wall-figures.ts';

/**
 * Figures in the answer to `Status 8` of Tasmota: `StatusSNS.ENERGY`, as in `Status 10`, or
 * `StatusPWR` of old firmware. `Power` is in watts and `Total` in kWh. Devices with several channels
 * show lists. `index` selects an item; null is the sum. `Status.Power` is the state of the relays, not
 * watts, and is not read. Null if the device has no meter.
 *
 * Sources: https://tasmota.github.io/docs/Commands/ (Status), https://tasmota.github.io/docs/Power-Monitoring-Calibration/
 */
export function parseTasmota(answer: unknown, index: number | null): WallFigures | null {
  const energy = member(member(answer, 'StatusSNS'), 'ENERGY') ?? member(answer, 'StatusPWR');
  const power = member(energy, 'Power');
  const total = member(energy, 'Total');
  if (power === undefined && total === undefined) return null;
  const counts = Array.isArray(power) || Array.isArray(total);
  if (index !== null && index > 0 && !counts) return null;
  return {
    powerW: channel(power, index),
    // A device that counts all channels together has one total, which belongs to no single channel.
    counterJoules:
      index !== null && Array.isArray(power) && !Array.isArray(total)
        ? null
        : times(channel(total, index), JOULES_PER_KWH),
  };
}

function channel(value: unknown, index: number | null): number | null {
  if (!Array.isArray(value)) return numberOf(value);
  const items: readonly unknown[] = value;
  return index === null ? sumOf(items.map(numberOf)) : numberOf(items[index]);
}
