import type { GpuDevice } from '../../../shared/gpu-devices.ts';
import type { GpuReading } from '../../../shared/gpu.ts';
import type { MergedDevice } from './merge-readings.ts';
import { mayBeModelServer } from './model-servers.ts';
import { normalPciAddress } from './pci-address.ts';
import type { SourceReading } from './source.ts';

/** A GPU without its driver, which only the system knows. */
export type SeenGpu = Omit<GpuDevice, 'driver'>;

/**
 * Returns what the GPUs of a state are. `devices` are the same GPUs by their sources, none for static
 * facts; `forEnergy` is a device as the energy meter knows it.
 */
export function seenGpus(
  gpus: readonly GpuReading[],
  devices: readonly MergedDevice[],
  forEnergy: (device: MergedDevice) => SourceReading,
): SeenGpu[] {
  return gpus.map((gpu) => {
    const { index, id, name, vendor } = gpu;
    const device = devices.find(({ reading }) => reading.index === index);
    const known = device === undefined ? null : forEnergy(device).id;
    const address = normalPciAddress(device?.reading.pciAddress) ?? normalPciAddress(id);
    return {
      ...{ index, id, name, vendor },
      energyDevice: known ?? id ?? `${vendor} ${index}`,
      pciAddress: address ?? normalPciAddress(device?.key),
      sources: device?.sources ?? [],
      powerSource: device?.powerSource ?? null,
      modelServerPids: modelServers(gpu),
    };
  });
}

function modelServers({ details }: GpuReading): number[] {
  const processes = details?.processes ?? [];
  return processes
    .filter(({ name }) => name !== null && mayBeModelServer(name))
    .map(({ pid }) => pid);
}
