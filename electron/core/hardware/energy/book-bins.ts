import { busyTime } from './busy-time.ts';
import type { Books } from './device-books.ts';
import type { DeviceTimeline } from './device-timeline.ts';
import type { EnergyAccount } from './energy-account.ts';
import { BIN_MS } from './observation.ts';
import type { PromptCosts } from './prompt-costs.ts';
import { splitBin } from './split-bin.ts';

/** Bins from `start` to `until`, and what is needed to divide their energy. */
export interface BinsToBook {
  /** Monotonic milliseconds, like `until` and `now`. */
  readonly start: number;
  readonly until: number;
  /** Readings until now help to find the power before. */
  readonly now: number;
  readonly devices: ReadonlyMap<string, DeviceTimeline>;
  /** In the order of their begin. */
  readonly accounts: Iterable<EnergyAccount>;
  readonly costs: PromptCosts;
  readonly books: Books;
}

/** Decides the power of the bins, and books their energy to exchanges and devices. */
export function bookBins({ start, until, now, costs, books, ...given }: BinsToBook): void {
  const count = (until - start) / BIN_MS;
  const busy = busyTime(given.accounts, start, Math.ceil((now - start) / BIN_MS));
  const devices = [...given.devices].map(([name, timeline]) => {
    const { watts: idleWatts, presentPhantomWatts } = timeline.baseline;
    const power = timeline.power(start, busy).subarray(0, count);
    const shares = Array.from(power, (_, bin) => timeline.otherShare(start + bin * BIN_MS));
    timeline.decide(start, power, busy.subarray(0, count));
    return { name, idleWatts, presentPhantomWatts, power, shares };
  });
  if (devices.length === 0) return;
  const accounts = [...given.accounts].filter((account) => account.overlap(start, until) > 0);
  for (let bin = 0; bin < count; bin += 1) {
    const from = start + bin * BIN_MS;
    const span = { from, to: from + BIN_MS, now, busy: busy[bin] ?? 0, costs };
    const inBin = devices.map(({ idleWatts, power, shares }) => ({
      idleWatts,
      watts: power[bin] ?? NaN,
      otherShare: shares[bin] ?? null,
    }));
    const energy = splitBin({ ...span, devices: inBin }, accounts);
    for (const [account, portion] of energy.portions) account.add(portion);
    devices.forEach(({ name, presentPhantomWatts }, i) => {
      const part = energy.devices[i] ?? null;
      if (part !== null) books.add(name, part, BIN_MS, presentPhantomWatts);
    });
  }
}
