import { join } from 'node:path';
import type { SourceReading } from '../source.ts';
import { readText } from './sysfs.ts';

/** A card that has not worked for this long may sleep, so it is no longer read, milliseconds. */
const IDLE_MS = 60_000;
const MAX_IDLE_MS = 600_000;
/** How long it is left alone. Drivers put a card to sleep after 5 to 10 seconds without use. */
const REST_MS = 20_000;
/** So much memory means that a model is loaded, bytes. Such a card does not sleep. */
const LOADED_BYTES = 2 ** 30;

/** A card's runtime power management. */
export interface CardPower {
  readonly isSuspended: boolean;
  /** True if the system lets the card sleep when nothing uses it. */
  readonly maySleep: boolean;
}

/**
 * Reads the power management of a PCI device folder. These files never wake the card.
 *
 * Source: https://docs.kernel.org/power/runtime_pm.html and Documentation/ABI/testing/sysfs-devices-power
 */
export async function cardPower(device: string): Promise<CardPower> {
  const [status, control] = await Promise.all([
    readText(join(device, 'power', 'runtime_status')),
    readText(join(device, 'power', 'control')),
  ]);
  const isSuspended = status === 'suspended' || status === 'suspending';
  return { isSuspended, maySleep: control === 'auto' };
}

/**
 * Decides when a card that may sleep is read. Reading it wakes it, and reading it all the time keeps
 * it awake, so an idle card is left alone for a while. If it does not fall asleep, something else
 * uses it, and the next try comes later. Moments are monotonic milliseconds.
 */
export class CardRest {
  #usedAt: number | null = null;
  #restsSince: number | null = null;
  #idleMs = IDLE_MS;

  /**
   * What to do with the card now: `read` it, take it as `asleep`, or let it `rest`. While `isWanted`
   * it is read unless it sleeps.
   */
  decide(power: CardPower, isWanted: boolean, now: number): 'read' | 'asleep' | 'rest' {
    if (power.isSuspended) {
      this.#use(now);
      return 'asleep';
    }
    if (isWanted || !power.maySleep) {
      this.#use(now);
      return 'read';
    }
    this.#usedAt ??= now;
    if (this.#restsSince !== null) {
      if (now - this.#restsSince < REST_MS) return 'rest';
      this.#restsSince = null;
      this.#usedAt = now;
      this.#idleMs = Math.min(this.#idleMs * 2, MAX_IDLE_MS);
      return 'read';
    }
    if (now - this.#usedAt < this.#idleMs) return 'read';
    this.#restsSince = now;
    return 'rest';
  }

  /** Takes the newest reading, which tells whether the card works. */
  note({ utilizationPercent, memoryUsedBytes }: SourceReading, now: number): void {
    if ((utilizationPercent ?? 0) > 0 || (memoryUsedBytes ?? 0) >= LOADED_BYTES) this.#use(now);
  }

  #use(now: number): void {
    this.#usedAt = now;
    this.#restsSince = null;
    this.#idleMs = IDLE_MS;
  }
}

/** The card without any figure that changes. */
export function unread(reading: SourceReading, isAsleep: boolean): SourceReading {
  const { index, id, name, vendor, pciAddress, memoryTotalBytes } = reading;
  return {
    ...{ index, id, name, vendor, memoryTotalBytes },
    ...(pciAddress === undefined ? {} : { pciAddress }),
    ...{ utilizationPercent: null, memoryUsedBytes: null, temperatureC: null },
    ...{ powerW: null, powerLimitW: null },
    ...(isAsleep ? { isAsleep } : {}),
  };
}

/** A card of which only its address is known. */
export function unknownCard(
  vendor: SourceReading['vendor'],
  index: number,
  pciAddress: string | null,
): SourceReading {
  return {
    ...{ index, id: pciAddress, name: null, vendor, memoryTotalBytes: null },
    ...{ utilizationPercent: null, memoryUsedBytes: null, temperatureC: null },
    ...{ powerW: null, powerLimitW: null },
  };
}
