import type { GpuProcess } from '../../../../shared/gpu.ts';
import { mayBeModelServer } from '../model-servers.ts';
import type { SourceReading } from '../source.ts';
import type { EnergyReading } from './energy-meter.ts';
import { MAX_IDLE_UTILIZATION } from './idle-baseline.ts';

/** A process with less memory on the GPU than this does no work that counts, bytes. */
const MIN_MEMORY_BYTES = 256 * 2 ** 20;
/** Utilisation that the listed processes need not explain, as a share of the GPU's. */
const UNEXPLAINED_SHARE = 0.2;

/** The part of a source's readings from which energy is computed. */
export function energyReadings(gpus: readonly SourceReading[]): EnergyReading[] {
  return gpus.map(({ vendor, index, id, powerW, utilizationPercent, energySensor, details }) => ({
    device: id ?? `${vendor} ${index}`,
    traits: {
      averagingMs: energySensor?.averagingMs ?? 0,
      counterRangeJoules: energySensor?.counterRangeJoules ?? null,
    },
    powerW,
    counterJoules: energySensor?.counterJoules ?? null,
    utilizationPercent,
    otherShare: otherShare(details?.processes ?? null, utilizationPercent),
  }));
}

/**
 * The share of a GPU's work that processes other than model servers do, 0 to 1; null if it is not
 * known. Without utilisation by process it is known only if every process with much memory is a
 * model server.
 */
function otherShare(
  processes: readonly GpuProcess[] | null,
  utilizationPercent: number | null,
): number | null {
  if (processes === null) return null;
  const isMeasured = processes.every((process) => process.utilizationPercent !== null);
  return isMeasured ? measuredShare(processes, utilizationPercent) : shareByMemory(processes);
}

/**
 * Sources list only the processes that the user may read, and amdgpu does not count the work of ROCm,
 * so the server itself may be missing. What no named process explains counts as the server's, and
 * leaves the share unknown if it is much.
 */
function measuredShare(
  processes: readonly GpuProcess[],
  utilizationPercent: number | null,
): number | null {
  if (utilizationPercent === null) return null;
  let [others, named] = [0, 0];
  for (const process of processes) {
    if (process.name === null) continue;
    named += process.utilizationPercent ?? 0;
    if (!mayBeModelServer(process.name)) others += process.utilizationPercent ?? 0;
  }
  const most = Math.max(MAX_IDLE_UTILIZATION, utilizationPercent * UNEXPLAINED_SHARE);
  if (utilizationPercent - named > most) return null;
  // A desktop that draws now and then is part of the idle power.
  if (others <= MAX_IDLE_UTILIZATION) return 0;
  return others / Math.max(named, utilizationPercent);
}

function shareByMemory(processes: readonly GpuProcess[]): number | null {
  const large = processes.filter(
    ({ memoryBytes }) => (memoryBytes ?? Infinity) >= MIN_MEMORY_BYTES,
  );
  const areServers = large.every(({ name }) => name !== null && mayBeModelServer(name));
  // If no server is listed, the list is not complete.
  return large.length > 0 && areServers ? 0 : null;
}
