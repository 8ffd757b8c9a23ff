/** What the GPUs of the machine are. Their figures are in the state. */
import type { GpuVendor } from './gpu.ts';

/** A GPU, and what tells its figures. */
export interface GpuDevice {
  /** As in the state. */
  readonly index: number;
  readonly id: string | null;
  readonly name: string;
  readonly vendor: GpuVendor;
  /** Its name in the energy of the devices. */
  readonly energyDevice: string;
  /** Such as `0000:01:00.0`; null if unknown. */
  readonly pciAddress: string | null;
  /** The driver with its version, such as `nvidia 580.95.05`; null if unknown. */
  readonly driver: string | null;
  /** The sources that see it, the richest first; empty if nothing reports its load. */
  readonly sources: readonly string[];
  /** The source of its power; null if none tells it. */
  readonly powerSource: string | null;
  /** Those of its processes that may be model servers, by their names. */
  readonly modelServerPids: readonly number[];
}

/** The answer to `/api/gpu/devices`. */
export interface GpuDevices {
  readonly devices: readonly GpuDevice[];
}
