import { readText } from '../linux/sysfs.ts';
import type { MachinePart, MachineSource } from './machine-source.ts';

export interface PowerProfileOptions {
  /** The firmware's profile, `/sys/firmware/acpi/platform_profile` by default. */
  readonly platformProfile?: string;
  /** The state of power-profiles-daemon, `/var/lib/power-profiles-daemon/state.ini` by default. */
  readonly daemonState?: string;
}

const INTERVAL_MS = 10_000;

/**
 * The power profile of the system (Linux): the firmware's, which is in force, or else the one that
 * power-profiles-daemon last set. Null if there is neither.
 *
 * Source: https://docs.kernel.org/userspace-api/sysfs-platform_profile.html
 */
export function createPowerProfileSource(options: PowerProfileOptions = {}): MachineSource {
  const {
    platformProfile = '/sys/firmware/acpi/platform_profile',
    daemonState = '/var/lib/power-profiles-daemon/state.ini',
  } = options;
  return {
    name: 'power-profile',
    intervalMs: INTERVAL_MS,
    async read(): Promise<MachinePart> {
      const firmware = await readText(platformProfile);
      const powerProfile = firmware ?? profileOf((await readText(daemonState)) ?? '');
      return { figures: { powerProfile }, note: null };
    },
  };
}

/** The profile in the daemon's state file: `Profile=` of the section `[State]`; null without one. */
export function profileOf(state: string): string | null {
  return /^Profile\s*=\s*(\S+)\s*$/m.exec(state)?.[1] ?? null;
}
