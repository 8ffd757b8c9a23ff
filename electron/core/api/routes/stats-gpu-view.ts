import type { GpuReading, GpuState } from '../../../../shared/gpu.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** The GPUs in the form of the stack; `available` is false while they do not answer. */
export function viewGpus({ status, source, note, at, gpus }: GpuState): object {
  const available = gpus.length > 0 && status !== 'lost';
  const filled = gpus.map(memoryShare);
  return {
    available,
    gpuCount: gpus.length,
    timestamp: at === null ? null : new Date(at).toISOString(),
    error: available ? null : note,
    source,
    totalVramGb: sumKnown(gpus.map(({ memoryTotalBytes }) => over(memoryTotalBytes, GIB))),
    usedVramGb: sumKnown(gpus.map(({ memoryUsedBytes }) => over(memoryUsedBytes, GIB))),
    avgGpuUtilizationPercent: meanKnown(gpus.map(({ utilizationPercent }) => utilizationPercent)),
    avgMemoryUtilizationPercent: meanKnown(filled),
    avgTemperatureCelsius: meanKnown(gpus.map(({ temperatureC }) => temperatureC)),
    gpus: gpus.map(viewGpu),
  };
}

function viewGpu(gpu: GpuReading): object {
  const { memoryUsedBytes: used, memoryTotalBytes: total } = gpu;
  return {
    index: gpu.index,
    name: gpu.name,
    utilizationPercent: gpu.utilizationPercent,
    memoryUsedMb: over(used, MIB),
    memoryTotalMb: over(total, MIB),
    temperatureC: gpu.temperatureC,
    powerDrawW: gpu.powerW,
    id: gpu.id,
    vendor: gpu.vendor,
    memoryFreeMb: used === null || total === null ? null : (total - used) / MIB,
    memoryUtilizationPercent: memoryShare(gpu),
    utilizationGpuPercent: gpu.utilizationPercent,
    temperatureCelsius: gpu.temperatureC,
    powerDrawWatts: gpu.powerW,
    powerLimitWatts: gpu.powerLimitW,
    vramUsedGb: over(used, GIB),
    vramTotalGb: over(total, GIB),
  };
}

function over(value: number | null, unit: number): number | null {
  return value === null ? null : value / unit;
}

function memoryShare({
  memoryUsedBytes: used,
  memoryTotalBytes: total,
}: GpuReading): number | null {
  return used === null || total === null || total === 0 ? null : (used / total) * 100;
}

/** The sum; null if any part is unknown. */
function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 || known.length < values.length
    ? null
    : known.reduce((sum, each) => sum + each, 0);
}

function meanKnown(values: readonly (number | null)[]): number | null {
  const sum = sumKnown(values);
  return sum === null ? null : sum / values.length;
}
