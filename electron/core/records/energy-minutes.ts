import type { DeviceBooks } from '../hardware/energy/device-books.ts';
import type { DeviceEnergy } from './ledger/device-energy.ts';

const MINUTE_MS = 60_000;

/**
 * Turns the running books of the devices into sums of a minute. Energy is booked some seconds after it
 * was used, and then belongs to the minute in which it is booked.
 */
export class EnergyMinutes {
  readonly #append: (samples: readonly DeviceEnergy[]) => void;
  /** The books at the last samples. A device begins at zero. */
  readonly #told = new Map<string, DeviceBooks>();
  #minute: number | null = null;
  #newest: readonly DeviceBooks[] = [];
  #samples = 0;

  constructor(append: (samples: readonly DeviceEnergy[]) => void) {
    this.#append = append;
  }

  /** Takes the books at `now` (Unix milliseconds). For about once a second. */
  note(now: number, books: readonly DeviceBooks[]): void {
    const minute = Math.floor(now / MINUTE_MS);
    if (this.#minute !== null && minute !== this.#minute) this.flush();
    this.#minute = minute;
    this.#newest = books;
  }

  /** Appends what was booked since the last samples. For the end of a minute and of the program. */
  flush(): void {
    const minute = this.#minute;
    if (minute === null) return;
    const samples = this.#newest.flatMap((books) => {
      const sums = difference(books, this.#told.get(books.device));
      this.#told.set(books.device, books);
      const isNothing = sums.attributed + sums.idle + sums.other + (sums.phantom ?? 0) === 0;
      if (isNothing && (sums.measuredMs ?? 0) === 0) return [];
      return [{ sample: this.#nextSample(), minute, device: books.device, ...sums }];
    });
    if (samples.length > 0) this.#append(samples);
  }

  /** Unique also among several runs. */
  #nextSample(): number {
    this.#samples += 1;
    return performance.timeOrigin + this.#samples / 1_000;
  }
}

type Sums = Pick<DeviceEnergy, 'attributed' | 'idle' | 'phantom' | 'other' | 'measuredMs'>;

/** A value below the earlier one means that the device's books began anew. */
function difference(now: DeviceBooks, before: DeviceBooks | undefined): Sums {
  const since = (value: number, earlier = 0): number => value - (earlier <= value ? earlier : 0);
  return {
    attributed: since(now.attributed, before?.attributed),
    idle: since(now.idle, before?.idle),
    phantom: now.phantom === null ? null : since(now.phantom, before?.phantom ?? 0),
    other: since(now.other, before?.other),
    measuredMs: since(now.measuredMs, before?.measuredMs),
  };
}
