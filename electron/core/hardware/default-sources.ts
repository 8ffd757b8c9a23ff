import { createAmdgpuSource } from './amdgpu-sysfs.ts';
import { createAppleSource } from './apple-ioreg.ts';
import { createIntelHwmonSource } from './intel-hwmon.ts';
import { createNvidiaSmiSource } from './nvidia-smi.ts';
import { sleepAware } from './sleep-aware-source.ts';
import type { GpuSource } from './source.ts';

/** The sources that can work on a platform, the richest first. */
export function defaultGpuSources(platform: NodeJS.Platform = process.platform): GpuSource[] {
  if (platform === 'darwin') return [createAppleSource()];
  const nvidia = createNvidiaSmiSource();
  if (platform !== 'linux') return [nvidia];
  return [sleepAware(nvidia), createAmdgpuSource(), createIntelHwmonSource()];
}
