import { JOULES_PER_WH, member, numberOf, sumOf, times } from './wall-figures.ts';
import type { WallFigures } from './wall-figures.ts';

/** A watt-minute, the unit of the counters of Gen 1 plugs. */
const JOULES_PER_WATT_MINUTE = 60;

/**
 * Figures in the answer to `GET /status` of a Shelly of the first generation. `index` selects a
 * channel; null is the sum of all. Null if there is no such channel or if it has no meter: a relay
 * without one tells a power of 0 and no `total`.
 *
 * `meters[].total` of plugs and relays is in watt-minutes; `emeters[].total` of energy meters (EM,
 * 3EM) is in watt-hours.
 *
 * Source: https://shelly-api-docs.shelly.cloud/gen1/
 */
export function parseShellyGen1(answer: unknown, index: number | null): WallFigures | null {
  const energyMeters = listOf(member(answer, 'emeters'));
  const isEnergyMeter = energyMeters.length > 0;
  const all = isEnergyMeter ? energyMeters : listOf(member(answer, 'meters'));
  const channels = (index === null ? all : all.slice(index, index + 1)).filter(
    (channel) => numberOf(member(channel, 'total')) !== null,
  );
  if (channels.length === 0) return null;
  const unit = isEnergyMeter ? JOULES_PER_WH : JOULES_PER_WATT_MINUTE;
  // The device marks figures that it could not measure.
  const isValid = channels.every((channel) => member(channel, 'is_valid') !== false);
  if (!isValid) return { powerW: null, counterJoules: null };
  return {
    powerW: sumOf(channels.map((channel) => numberOf(member(channel, 'power')))),
    counterJoules: times(sumOf(channels.map((each) => numberOf(member(each, 'total')))), unit),
  };
}

/**
 * Figures in the answer to `GET /rpc/Shelly.GetStatus` of a Shelly of the second generation or later.
 * `index` selects the components with this id; null is the sum of all. Null if none has a meter.
 *
 * - `switch`, `pm1`, `cover`, `light`: `apower` in watts, `aenergy.total` in watt-hours. A relay
 *   without a meter has neither.
 * - `em`: `total_act_power`; its counter is `total_act` of `emdata`, in watt-hours.
 * - `em1`: `act_power`; its counter is `total_act_energy` of `em1data`, in watt-hours.
 *
 * Source: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch (PM1, EM, EMData,
 * EM1, EM1Data)
 */
export function parseShellyGen2(answer: unknown, index: number | null): WallFigures | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const channels: WallFigures[] = [];
  for (const [key, status] of Object.entries(answer as Readonly<Record<string, unknown>>)) {
    const [type = '', id] = key.split(':');
    if (id === undefined || (index !== null && id !== String(index))) continue;
    const channel = channelOf(type, status, member(answer, `${type}data:${id}`));
    if (channel !== null) channels.push(channel);
  }
  if (channels.length === 0) return null;
  return {
    powerW: sumOf(channels.map(({ powerW }) => powerW)),
    counterJoules: sumOf(channels.map(({ counterJoules }) => counterJoules)),
  };
}

function channelOf(type: string, status: unknown, data: unknown): WallFigures | null {
  switch (type) {
    case 'switch':
    case 'pm1':
    case 'cover':
    case 'light':
      return figures(member(status, 'apower'), member(member(status, 'aenergy'), 'total'));
    case 'em':
      return figures(member(status, 'total_act_power'), member(data, 'total_act'));
    case 'em1':
      return figures(member(status, 'act_power'), member(data, 'total_act_energy'));
    default:
      return null;
  }
}

/** Null for a component without a meter. `null` as a power is a meter that failed. */
function figures(power: unknown, wattHours: unknown): WallFigures | null {
  if (power === undefined && wattHours === undefined) return null;
  const counterJoules = times(numberOf(wattHours), JOULES_PER_WH);
  const watts = numberOf(power);
  // A power of exactly 0 without any counter comes from a relay that measures nothing.
  if (watts === 0 && counterJoules === null) return null;
  return { powerW: watts, counterJoules };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
