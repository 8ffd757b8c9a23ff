import type { ThrottleReason } from '../../../../shared/gpu.ts';

/**
 * The meaning of the bits of `indep_throttle_status`, as ranges from the first to the last bit: limits
 * of power (0 to 7) and of current (16 to 23), temperatures (32 to 43), and signals of voltage
 * regulators or the board (44 to 47).
 *
 * Source: `SMU_THROTTLER_*` in drivers/gpu/drm/amd/pm/swsmu/inc/amdgpu_smu.h
 */
const RANGES: readonly (readonly [number, number, ThrottleReason])[] = [
  [0, 7, 'power_cap'],
  [16, 23, 'power_cap'],
  [32, 43, 'thermal'],
  [44, 47, 'hardware_slowdown'],
];

/** The reasons in a value of `indep_throttle_status`; empty if nothing slows the GPU down. */
export function throttleReasons(status: bigint): ThrottleReason[] {
  const found = RANGES.filter(([first, last]) => {
    const width = BigInt(last - first + 1);
    return ((status >> BigInt(first)) & ((1n << width) - 1n)) !== 0n;
  });
  return [...new Set(found.map(([, , reason]) => reason))];
}
