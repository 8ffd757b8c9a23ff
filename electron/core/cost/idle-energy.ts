import type { Ledger } from '../records/ledger/ledger.ts';
import { HOUR_MS } from './tariff.ts';

/** The ledger answers for at most this many hours at once. */
const HOURS_AT_ONCE = 4_000;

/** Energy of an hour, which is counted since 1970. */
export interface IdleHour {
  readonly hour: number;
  readonly joules: number;
}

/**
 * The energy of the GPUs in the time when no exchange ran, by hour, with the phantom load of loaded
 * models. Null if it was not measured.
 *
 * @param from Unix milliseconds, like `to`, which is exclusive
 */
export async function readIdleEnergy(
  ledger: Pick<Ledger, 'deviceEnergy'>,
  from: number,
  to: number,
): Promise<readonly IdleHour[] | null> {
  const sums = new Map<number, number>();
  for (let start = from; start < to; start += HOURS_AT_ONCE * HOUR_MS) {
    const end = Math.min(to, start + HOURS_AT_ONCE * HOUR_MS);
    const points = await ledger.deviceEnergy({ from: start, to: end, span: 'hour' });
    for (const { at, idleJoules } of points) {
      const hour = Math.floor(at / HOUR_MS);
      sums.set(hour, (sums.get(hour) ?? 0) + idleJoules);
    }
  }
  return sums.size === 0 ? null : [...sums].map(([hour, joules]) => ({ hour, joules }));
}
