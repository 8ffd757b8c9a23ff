import type { DeviceEnergy } from './split-bin.ts';

/** Where the energy of one device went since the start, joules. */
export interface DeviceBooks extends DeviceEnergy {
  readonly device: string;
  /** The part of `idle` that a loaded model cost while it waited; null while that is not known. */
  readonly phantom: number | null;
  /** Time with known power, milliseconds. */
  readonly measuredMs: number;
}

/** The books of all devices, including those that are gone. */
export class Books {
  readonly #devices = new Map<string, DeviceBooks>();

  get all(): readonly DeviceBooks[] {
    return [...this.#devices.values()];
  }

  /** Adds the energy of one bin. `phantomWatts` is null while it is unknown. */
  add(device: string, energy: DeviceEnergy, ms: number, phantomWatts: number | null): void {
    const before = this.#devices.get(device) ?? {
      ...{ device, attributed: 0, idle: 0, other: 0, phantom: null, measuredMs: 0 },
    };
    const idleShare = idleShareOf(energy);
    const phantom =
      phantomWatts === null ? null : Math.min(energy.idle, (phantomWatts * ms * idleShare) / 1_000);
    this.#devices.set(device, {
      device,
      attributed: before.attributed + energy.attributed,
      idle: before.idle + energy.idle,
      other: before.other + energy.other,
      phantom: phantom === null ? before.phantom : (before.phantom ?? 0) + phantom,
      measuredMs: before.measuredMs + ms,
    });
  }
}

/** Exchanges get the idle power of their own time, so phantom load counts only outside of it. */
function idleShareOf({ attributed, idle }: DeviceEnergy): number {
  return idle + attributed === 0 ? 0 : attributed === 0 ? 1 : idle / (idle + attributed);
}
