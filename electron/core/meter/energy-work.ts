import type { ActivityRecord } from '../../../shared/usage.ts';
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

/** The energy of a row. */
export type RowEnergy = Pick<ActivityRecord, 'energyJoules' | 'energyParts'>;

/** A row without energy. */
export const NO_ENERGY: RowEnergy = { energyJoules: null, energyParts: null };

/**
 * The energy of an exchange that ends now. Unknown if it uses no GPU of this machine, if nothing
 * was measured, or if the energy meter fails: the exchange is counted all the same.
 */
export function endEnergy(meter: EnergyMeter, account: EnergyAccount | null): RowEnergy {
  if (account === null) return NO_ENERGY;
  const figure = attempt(() => meter.end(account, performance.now())) ?? null;
  if (figure === null) return NO_ENERGY;
  const { joules, netJoules, prefillJoules, decodeJoules, measured } = figure;
  return {
    energyJoules: joules,
    energyParts: { netJoules, prefillJoules, decodeJoules, measuredShare: measured },
  };
}
