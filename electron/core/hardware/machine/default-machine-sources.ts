import { createBatterySource } from './battery.ts';
import { createMacosMachineSource } from './macos-machine.ts';
import type { MachineSource } from './machine-source.ts';
import { createMeminfoSource, createOsMemorySource } from './main-memory.ts';
import { createPowerProfileSource } from './power-profile.ts';
import { createRaplSource } from './rapl.ts';

/** The sources that can work on a platform. They run side by side. */
export function defaultMachineSources(
  platform: NodeJS.Platform = process.platform,
): MachineSource[] {
  if (platform === 'darwin') return [createMacosMachineSource()];
  if (platform !== 'linux') return [createOsMemorySource()];
  return [
    createRaplSource(),
    createBatterySource(),
    createPowerProfileSource(),
    createMeminfoSource(),
  ];
}
