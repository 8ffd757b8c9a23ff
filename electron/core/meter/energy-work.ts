import { rowJoules } from '../hardware/energy/energy-account.ts';
import type { EnergyAccount } from '../hardware/energy/energy-account.ts';
import type { EnergyMeter } from '../hardware/energy/energy-meter.ts';
import type { WorkSource } from '../hardware/energy/exchange-work.ts';
import { attempt } from './attempt.ts';
import type { Exchange } from './exchange.ts';
import type { LivePrompt } from './live-prompt.ts';

/** Describes an exchange's work, by which energy is divided among exchanges. */
export function workSource(exchange: Exchange, prompt: LivePrompt): WorkSource {
  let asksForStream: boolean | null = null;
  return {
    promptTokens: () => prompt.size,
    promptRate: () => prompt.usualRate,
    isStreamed: () => {
      // What the request asks for does not change once it is known.
      asksForStream ??= exchange.facts.stream;
      return asksForStream === true || exchange.arrivals.chunks > 1;
    },
  };
}

/**
 * The energy of an exchange that ends now, joules. Null if it uses no GPU of this machine, if too
 * little was measured, or if the energy meter fails: the exchange is counted all the same.
 */
export function joulesOf(meter: EnergyMeter, account: EnergyAccount | null): number | null {
  if (account === null) return null;
  return attempt(() => rowJoules(meter.end(account, performance.now()))) ?? null;
}
