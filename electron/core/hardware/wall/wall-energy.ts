import type { WallReading } from '../../../../shared/machine.ts';
import type { DeviceBooks } from '../energy/device-books.ts';

/** The name under which the wall meter's energy is stored beside that of the GPUs. */
export const WALL_DEVICE = 'wall';

/** Power is not assumed between readings further apart, milliseconds. Meters are asked every 2 s. */
const MAX_GAP_MS = 30_000;

interface Sample {
  readonly at: number;
  readonly powerW: number | null;
  readonly counterJoules: number | null;
}

/**
 * Sums the energy of the wall meter. Between two readings it is the mean power, because the counters
 * of such meters have coarse steps (Tasmota: 3.6 kJ); across a gap it is the counter's difference.
 */
export class WallEnergy {
  #last: Sample | null = null;
  #name: string | null = null;
  #joules = 0;
  #measuredMs = 0;

  /** Takes the newest reading; null if there is no meter. `at` is in monotonic milliseconds. */
  note(reading: WallReading | null, at: number): void {
    const before = reading?.name === this.#name ? this.#last : null;
    this.#name = reading?.name ?? null;
    const { powerW = null, counterJoules = null } = reading ?? {};
    // Without any figure, the meter does not answer. What came before it still counts.
    if (powerW === null && counterJoules === null) return;
    this.#last = { at, powerW, counterJoules };
    if (before === null) return;
    const joules = between(before, this.#last);
    if (joules === null) return;
    this.#joules += joules;
    this.#measuredMs += at - before.at;
  }

  /** As those of a GPU, with all energy in `other`; empty until something was measured. */
  get books(): readonly DeviceBooks[] {
    if (this.#measuredMs === 0) return [];
    const nothing = { attributed: 0, idle: 0, phantom: null };
    const [other, measuredMs] = [this.#joules, this.#measuredMs];
    return [{ device: WALL_DEVICE, ...nothing, other, measuredMs }];
  }
}

/** Joules between two readings; null if they are not known. */
function between(before: Sample, now: Sample): number | null {
  const ms = now.at - before.at;
  if (ms <= MAX_GAP_MS && before.powerW !== null && now.powerW !== null) {
    return (((before.powerW + now.powerW) / 2) * ms) / 1_000;
  }
  if (before.counterJoules === null || now.counterJoules === null) return null;
  const grown = now.counterJoules - before.counterJoules;
  // A counter that went back was reset or belongs to another meter.
  return grown < 0 ? null : grown;
}
