import { createAmdSmiSource } from './amd/amd-smi.ts';
import { createAmdgpuSource } from './amd/amdgpu-sysfs.ts';
import { createAppleGpuSource } from './apple/apple-gpu.ts';
import { DrmClients } from './linux/drm-clients.ts';
import type { StartHelper } from './child-process/helper-process.ts';
import { createIntelHwmonSource } from './intel/intel-hwmon.ts';
import { createXpuSmiSource } from './intel/xpu-smi.ts';
import { createNvidiaSmiSource } from './nvidia/nvidia-smi.ts';
import { createNvmlSource } from './nvidia/nvml.ts';
import { sleepAware } from './linux/sleep-aware-source.ts';
import { createTegrastatsSource } from './nvidia/tegrastats.ts';
import type { GpuSource } from './source.ts';
import { createWindowsGpuSource } from './windows/windows-gpu.ts';

/**
 * The sources that can work on a platform, the richest first. `startHelper` starts processes that
 * call drivers; null if there can be none.
 */
export function defaultGpuSources(
  platform: NodeJS.Platform = process.platform,
  startHelper: StartHelper | null = null,
): GpuSource[] {
  if (platform === 'darwin') return [createAppleGpuSource()];
  const nvidia = nvidiaSource(startHelper);
  if (platform === 'win32') return [nvidia, createXpuSmiSource(), createWindowsGpuSource()];
  if (platform !== 'linux') return [nvidia];
  // Boards of the Jetson series have ARM processors only.
  const jetson = process.arch === 'arm64' ? [createTegrastatsSource()] : [];
  // One scan of the processes serves both.
  const clients = new DrmClients();
  const amd = [createAmdgpuSource({ clients }), createAmdSmiSource()];
  const intel = [createIntelHwmonSource({ clients }), createXpuSmiSource()];
  return [sleepAware(nvidia), ...jetson, ...amd, ...intel];
}

/** Both read the same sensors, so the tool is used only where the library does not work. */
function nvidiaSource(startHelper: StartHelper | null): GpuSource {
  const fallback = createNvidiaSmiSource();
  return startHelper === null ? fallback : { ...createNvmlSource({ startHelper }), fallback };
}
