import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readInteger, readText } from '../linux/sysfs.ts';
import type { MachinePart, MachineSource } from './machine-source.ts';

/** A battery or a mains adapter, as the kernel shows it. Null where the driver has no such file. */
export interface PowerSupply {
  /** `Battery`, `Mains`, `USB`, `UPS` or `Wireless`. */
  readonly type: string | null;
  /** `Device` for the battery of a mouse or headset; it does not power the machine. */
  readonly scope: string | null;
  /** `Charging`, `Discharging`, `Not charging`, `Full` or `Unknown`. */
  readonly status: string | null;
  /** 1 if an adapter delivers. Some tell 2 for a fixed and a programmable supply. */
  readonly online: number | null;
  readonly powerMicrowatts: number | null;
  readonly currentMicroamperes: number | null;
  readonly voltageMicrovolts: number | null;
}

export interface BatteryState {
  readonly batteryW: number | null;
  readonly isOnBattery: boolean | null;
}

const INTERVAL_MS = 2000;

/** The batteries of a laptop (Linux). Needs no rights. */
export function createBatterySource(root = '/sys/class/power_supply'): MachineSource {
  return {
    name: 'battery',
    intervalMs: INTERVAL_MS,
    async read(): Promise<MachinePart> {
      const names = await readdir(root).catch(() => [] as string[]);
      const supplies = await Promise.all(names.map((name) => readSupply(join(root, name))));
      return { figures: batteryState(supplies), note: null };
    },
  };
}

/**
 * What all batteries together deliver, watts, and whether the machine runs on them. A machine without
 * a battery has null for both. A battery that says that it discharges but tells no power, or 0, makes
 * the sum unknown. While an adapter is plugged in, a battery may discharge too, if the adapter is too
 * weak.
 *
 * Source: Documentation/ABI/testing/sysfs-class-power. Some drivers show a discharging current as
 * negative, so its sign is not used.
 */
export function batteryState(supplies: readonly PowerSupply[]): BatteryState {
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  const batteries = own.filter(({ type }) => type === 'Battery');
  if (batteries.length === 0) return { batteryW: null, isOnBattery: null };
  const discharging = batteries.filter(({ status }) => status === 'Discharging');
  const isOnBattery = onBattery(own, discharging.length > 0);
  const watts = totalPower(discharging);
  // Right after the plug was pulled, a battery may not yet say that it discharges.
  return { batteryW: isOnBattery && watts === 0 ? null : watts, isOnBattery };
}

function totalPower(discharging: readonly PowerSupply[]): number | null {
  let sum = 0;
  for (const battery of discharging) {
    const watts = powerOf(battery);
    if (watts === null || watts === 0) return null;
    sum += watts;
  }
  return sum;
}

function powerOf({
  powerMicrowatts: power,
  currentMicroamperes: current,
  voltageMicrovolts: voltage,
}: PowerSupply): number | null {
  if (power !== null) return Math.abs(power) / 1e6;
  return current === null || voltage === null ? null : Math.abs(current * voltage) / 1e12;
}

/** Adapters tell it for sure; without one that does, a battery that discharges does. */
function onBattery(own: readonly PowerSupply[], isDischarging: boolean): boolean {
  const adapters = own.filter(({ type, online }) => type !== 'Battery' && online !== null);
  const isPlugged = adapters.some(({ online }) => (online ?? 0) > 0);
  return isPlugged ? false : isDischarging || adapters.some(({ type }) => type === 'Mains');
}

async function readSupply(folder: string): Promise<PowerSupply> {
  const [type, scope, status, online, powerMicrowatts, currentMicroamperes, voltageMicrovolts] =
    await Promise.all([
      readText(join(folder, 'type')),
      readText(join(folder, 'scope')),
      readText(join(folder, 'status')),
      readInteger(join(folder, 'online')),
      readInteger(join(folder, 'power_now')),
      readInteger(join(folder, 'current_now')),
      readInteger(join(folder, 'voltage_now')),
    ]);
  return {
    type,
    scope,
    status,
    online,
    powerMicrowatts,
    currentMicroamperes,
    voltageMicrovolts,
  };
}
