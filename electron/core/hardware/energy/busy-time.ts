import type { EnergyAccount } from './energy-account.ts';
import { BIN_MS } from './observation.ts';

/**
 * Returns the share of each of `count` bins in which any exchange ran, 0 to 1.
 *
 * @param accounts in the order of their begin, but for some milliseconds that do not matter
 * @param start of the first bin, monotonic milliseconds
 */
export function busyTime(
  accounts: Iterable<EnergyAccount>,
  start: number,
  count: number,
): Float64Array {
  const busy = new Float64Array(count);
  const end = start + count * BIN_MS;
  let covered = start;
  for (const { begunAt, endedAt } of accounts) {
    const from = Math.max(covered, begunAt);
    const to = Math.min(end, endedAt ?? end);
    // All of it is in what is counted already.
    if (to <= from) continue;
    for (let bin = Math.floor((from - start) / BIN_MS); bin * BIN_MS + start < to; bin += 1) {
      const at = start + bin * BIN_MS;
      const part = Math.min(to, at + BIN_MS) - Math.max(from, at);
      busy[bin] = Math.min(1, (busy[bin] ?? 0) + part / BIN_MS);
    }
    covered = to;
  }
  return busy;
}
