import { join } from 'node:path';
import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import type { GpuDetails } from '../../../../shared/gpu.ts';
import type { DrmDeviceUsage } from '../linux/drm-usage.ts';
import type { GpuMetrics } from './gpu-metrics.ts';
import { readPcieLink } from '../linux/pcie-link.ts';
import { readInteger, readText, scaled } from '../linux/sysfs.ts';

/** Files that the driver did not find have no values, so all of them may be null. */
export interface AmdgpuDetailsOptions {
  readonly device: string;
  /** The card's hardware monitoring folder; null if it has none. */
  readonly hwmon: string | null;
  readonly metrics: GpuMetrics | null;
  readonly hasUnifiedMemory: boolean;
  /** What is known of the processes that use the card; null if they are not looked for. */
  readonly usage: DrmDeviceUsage | null;
}

const AMD = '0x1002';
/** `pwm1_max` of cards that do not tell it. */
const PWM_MAX = 255;

/**
 * Clocks, fan, PCIe link and reasons for slower clocks of a card under amdgpu.
 *
 * Sources: "hwmon Interfaces" and "pp_dpm_*" in https://docs.kernel.org/gpu/amdgpu/thermal.html
 */
export async function readAmdgpuDetails({
  device,
  hwmon,
  metrics,
  hasUnifiedMemory,
  usage,
}: AmdgpuDetailsOptions): Promise<GpuDetails> {
  const sensor = (name: string): Promise<number | null> =>
    hwmon === null ? Promise.resolve(null) : readInteger(join(hwmon, name));
  const [clock, memoryClock, pwm, pwmMax, levels, busy, pcie] = await Promise.all([
    sensor('freq1_input'),
    sensor('freq2_input'),
    sensor('pwm1'),
    sensor('pwm1_max'),
    readText(join(device, 'pp_dpm_sclk')),
    readInteger(join(device, 'mem_busy_percent')),
    readPcieLink(device, AMD),
  ]);
  const states = parseClockLevels(levels ?? '');
  return {
    ...NO_GPU_DETAILS,
    fanPercent: pwm === null ? null : Math.min(100, (pwm * 100) / (pwmMax ?? PWM_MAX)),
    clockMHz: scaled(clock, 1e6) ?? states.current,
    maxClockMHz: states.max,
    memoryClockMHz: scaled(memoryClock, 1e6),
    memoryUtilizationPercent: busy,
    throttleReasons: metrics?.throttleReasons ?? null,
    // The link of a GPU inside the processor is none of a slot.
    pcie: hasUnifiedMemory ? null : pcie,
    processes: usage?.processes ?? null,
    hasUnifiedMemory,
  };
}

/**
 * Clocks in MHz from the text of `pp_dpm_sclk`: one level a line (`1: 2124Mhz *`), of which the star
 * marks the present one. Null if there is none.
 */
export function parseClockLevels(text: string): { current: number | null; max: number | null } {
  const levels = [...text.matchAll(/^\s*(?:\d+|S):\s*(\d+)Mhz\s*(\*?)/gim)].map(
    ([, clock, star]) => ({ clock: Number(clock), isCurrent: star === '*' }),
  );
  return {
    current: levels.find(({ isCurrent }) => isCurrent)?.clock ?? null,
    max: levels.length === 0 ? null : Math.max(...levels.map(({ clock }) => clock)),
  };
}
