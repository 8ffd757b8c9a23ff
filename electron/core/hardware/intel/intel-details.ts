import { dirname, join } from 'node:path';
import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import type { GpuDetails } from '../../../../shared/gpu.ts';
import type { DrmClients } from '../linux/drm-clients.ts';
import { readPcieLink } from '../linux/pcie-link.ts';
import { pciAddress, readInteger } from '../linux/sysfs.ts';

const INTEL = '0x8086';

export interface IntelUse {
  readonly details: GpuDetails;
  readonly utilizationPercent: number | null;
  readonly memoryUsedBytes: number | null;
  /** Time in which the GPU was asleep since the driver loaded, milliseconds; null if not told. */
  readonly idleMs: number | null;
}

/** Nothing is known, as of a card that sleeps. */
export const NO_INTEL_USE: IntelUse = {
  details: NO_GPU_DETAILS,
  utilizationPercent: null,
  memoryUsedBytes: null,
  idleMs: null,
};

/** Files of the first graphics part of a card (`gt0`), which computes; media have their own. */
const CLOCK = ['gt/gt0/rps_act_freq_mhz', 'gt_act_freq_mhz'];
const MAX_CLOCK = ['gt/gt0/rps_RP0_freq_mhz', 'gt_RP0_freq_mhz'];
const IDLE = ['gt/gt0/rc6_residency_ms', 'power/rc6_residency_ms'];
const XE = 'tile0/gt0';

/**
 * Clocks, PCIe link and processes of a GPU under `i915` or `xe`. `isShared` is true for a GPU inside
 * the processor.
 *
 * Sources: Documentation/ABI/testing/sysfs-driver-intel-xe-hwmon's neighbours `freq0` and `gtidle`
 * (drivers/gpu/drm/xe/xe_gt_freq.c, xe_gt_idle.c) and drivers/gpu/drm/i915/gt/intel_gt_sysfs_pm.c
 */
export async function readIntelUse(
  device: string,
  isShared: boolean,
  clients: DrmClients | null,
): Promise<IntelUse> {
  const card = dirname(device);
  const first = async (paths: readonly string[]): Promise<number | null> => {
    for (const path of paths) {
      const value = await readInteger(path);
      if (value !== null) return value;
    }
    return null;
  };
  const inCard = (names: readonly string[]): string[] => names.map((name) => join(card, name));
  const [clockMHz, maxClockMHz, idleMs, pcie, address] = await Promise.all([
    first([...inCard(CLOCK), join(device, XE, 'freq0', 'act_freq')]),
    first([...inCard(MAX_CLOCK), join(device, XE, 'freq0', 'rp0_freq')]),
    first([...inCard(IDLE), join(device, XE, 'gtidle', 'idle_residency_ms')]),
    isShared ? null : readPcieLink(device, INTEL),
    pciAddress(device),
  ]);
  const usage = address === null ? null : (clients?.usageOf(address, isShared) ?? null);
  const details = {
    ...NO_GPU_DETAILS,
    clockMHz,
    maxClockMHz,
    pcie,
    processes: usage?.processes ?? null,
    hasUnifiedMemory: isShared,
  };
  return {
    details,
    utilizationPercent: usage?.utilizationPercent ?? null,
    memoryUsedBytes: usage?.memoryUsedBytes ?? null,
    idleMs,
  };
}

/**
 * The share of time in which a GPU was awake between two readings, 0 to 100; null if the counter went
 * back or no time has passed. A GPU that works is awake, and an idle one falls asleep within
 * milliseconds, so this is what it did, also for processes that cannot be read.
 */
export function awakePercent(idleMs: number, elapsedMs: number): number | null {
  if (elapsedMs <= 0 || idleMs < 0) return null;
  return Math.min(100, Math.max(0, (1 - idleMs / elapsedMs) * 100));
}
