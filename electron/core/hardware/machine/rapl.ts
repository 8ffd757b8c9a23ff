import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sentence } from '../../../../shared/sentences.ts';
import { systemCode } from '../../errors.ts';
import { readInteger, readText } from '../linux/sysfs.ts';
import type { MachinePart, MachineSource } from './machine-source.ts';

export interface RaplOptions {
  /** The folder with `intel-rapl:<N>`, `/sys/class/powercap` by default. */
  readonly root?: string;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Reads a counter's text; rejects as `readFile` does. */
  readonly readCounter?: (path: string) => Promise<string>;
}

/** The counter of one processor package, and when it was read. */
export interface PackageEnergy {
  /** The zone's folder name, such as `intel-rapl:0`. */
  readonly zone: string;
  readonly microjoules: number;
  /** The largest value of the counter; null if the driver does not tell it. */
  readonly rangeMicrojoules: number | null;
  readonly at: number;
}

/** No package draws so much, watts. A larger difference is a counter that was reset. */
const MAX_POWER_W = 5000;
const INTERVAL_MS = 2000;

/**
 * The rule that lets members of the group `rapl` read the counters. Rules cannot set the mode of
 * files in sysfs, so commands do.
 */
export const RAPL_UDEV_RULE =
  'SUBSYSTEM=="powercap", KERNEL=="intel-rapl:*", ACTION=="add", RUN+="/bin/chgrp rapl /sys%p/energy_uj", RUN+="/bin/chmod g+r /sys%p/energy_uj"';

const UNREADABLE_NOTE = sentence('rapl_denied', { rule: RAPL_UDEV_RULE });

/**
 * Power of the processor packages (Linux, Intel and AMD) from the kernel's RAPL counters. It is a
 * difference over time, so the first reading has none.
 */
export function createRaplSource(options: RaplOptions = {}): MachineSource {
  const access = {
    root: options.root ?? '/sys/class/powercap',
    now: options.now ?? (() => performance.now()),
    readCounter: options.readCounter ?? ((path: string) => readFile(path, 'utf8')),
  };
  let last: readonly PackageEnergy[] = [];
  return {
    name: 'rapl',
    intervalMs: INTERVAL_MS,
    async read(): Promise<MachinePart> {
      const { packages, isDenied } = await readPackages(access);
      const cpuPowerW = packages === null ? null : packagePower(last, packages);
      last = packages ?? [];
      return { figures: { cpuPowerW }, note: isDenied ? UNREADABLE_NOTE : null };
    },
  };
}

/**
 * Mean power of all packages between two readings, watts. Null if the packages are not the same, if
 * no time has passed, or if a counter was reset. A counter that went back has wrapped once at its
 * range.
 */
export function packagePower(
  before: readonly PackageEnergy[],
  after: readonly PackageEnergy[],
): number | null {
  if (after.length === 0 || before.length !== after.length) return null;
  let sum = 0;
  for (const now of after) {
    const last = before.find(({ zone }) => zone === now.zone);
    const watts = last === undefined ? null : zonePower(last, now);
    if (watts === null) return null;
    sum += watts;
  }
  return sum;
}

function zonePower(last: PackageEnergy, now: PackageEnergy): number | null {
  const elapsedMs = now.at - last.at;
  if (elapsedMs <= 0) return null;
  let microjoules = now.microjoules - last.microjoules;
  if (microjoules < 0) {
    if (now.rangeMicrojoules === null) return null;
    microjoules += now.rangeMicrojoules;
  }
  const watts = microjoules / 1000 / elapsedMs;
  // A counter that stands still is no processor without power.
  return watts > 0 && watts <= MAX_POWER_W ? watts : null;
}

interface Packages {
  /** Null if a package's counter cannot be read: a sum without it would be too low. */
  readonly packages: readonly PackageEnergy[] | null;
  readonly isDenied: boolean;
}

/**
 * The counters of all packages. Zones below a package (`intel-rapl:0:1`: cores, memory) are parts of
 * it or beside it, `psys` is the whole platform, and `intel-rapl-mmio` counts the same packages again.
 *
 * Sources: https://docs.kernel.org/power/powercap/powercap.html
 */
async function readPackages({ root, now, readCounter }: Required<RaplOptions>): Promise<Packages> {
  const names = await readdir(root).catch(() => [] as string[]);
  const packages: PackageEnergy[] = [];
  for (const zone of names.filter((name) => /^intel-rapl:\d+$/.test(name)).sort()) {
    const folder = join(root, zone);
    const name = await readText(join(folder, 'name'));
    if (name?.startsWith('package') !== true) continue;
    const energy = await counterOf(readCounter(join(folder, 'energy_uj')));
    if (typeof energy === 'string') return { packages: null, isDenied: energy === 'denied' };
    const at = now();
    const rangeMicrojoules = await readInteger(join(folder, 'max_energy_range_uj'));
    packages.push({ zone, microjoules: energy, rangeMicrojoules, at });
  }
  return { packages, isDenied: false };
}

async function counterOf(content: Promise<string>): Promise<number | 'denied' | 'absent'> {
  try {
    const text = (await content).trim();
    return /^\d+$/.test(text) ? Number(text) : 'absent';
  } catch (error) {
    return ['EACCES', 'EPERM'].includes(systemCode(error) ?? '') ? 'denied' : 'absent';
  }
}
