import type { ActivityRecord } from '../../../shared/usage.ts';
import type { EnergyAccount, EnergyFigure } from '../hardware/energy/energy-account.ts';
import type { EnergyMeter } from '../hardware/energy/energy-meter.ts';
import type { WorkSource } from '../hardware/energy/exchange-work.ts';
import { attempt } from './attempt.ts';
import type { Running } from './running.ts';

/**
 * Begins to measure an exchange's energy. Its record goes to `onCompleted` when its energy is known,
 * some seconds after its end.
 */
export function beginEnergy(
  meter: EnergyMeter,
  running: Running,
  onCompleted: (record: ActivityRecord) => void,
): EnergyAccount {
  return meter.begin(running.exchange.head.monotonicAt, workSource(running), (figure) => {
    if (running.record !== null) onCompleted({ ...running.record, ...rowEnergy(figure) });
  });
}

/** Describes an exchange's work, by which energy is divided among exchanges. */
function workSource(running: Running): WorkSource {
  const { exchange, prompt } = running;
  let asksForStream: boolean | null = null;
  return {
    promptTokens: () => prompt.size,
    promptRate: () => prompt.usualRate,
    prefillMs: () => reportedPrefillMs(running.record),
    isStreamed: () => {
      // What the request asks for does not change once it is known.
      asksForStream ??= exchange.facts.stream;
      return asksForStream === true || exchange.arrivals.chunks > 1;
    },
  };
}

/** The server's own figure. A speed that is estimated contains the time in a queue. */
function reportedPrefillMs(record: ActivityRecord | null): number | null {
  if (record === null || record.rates.provenance.prompt === 'estimated') return null;
  return record.timing.prefillMs;
}

/** The energy of a row. */
type RowEnergy = Pick<ActivityRecord, 'energyJoules' | 'energyParts'>;

/** A row without energy, or whose energy is not known yet. */
export const NO_ENERGY: RowEnergy = { energyJoules: null, energyParts: null };

/** Returns what a row tells of an exchange's energy. */
function rowEnergy(figure: EnergyFigure | null): RowEnergy {
  if (figure === null) return NO_ENERGY;
  const { joules, netJoules, prefillJoules, decodeJoules, measured, hasOtherWork } = figure;
  return {
    energyJoules: joules,
    energyParts: {
      ...{ netJoules, prefillJoules, decodeJoules },
      ...{ measuredShare: measured, hasOtherWork },
    },
  };
}

/**
 * Ends an exchange in the energy meter. Returns true if its energy will be reported. If the energy
 * meter fails, the exchange is counted all the same.
 */
export function endEnergy(meter: EnergyMeter, account: EnergyAccount | null): boolean {
  if (account === null) return false;
  return attempt(() => meter.end(account, performance.now())) ?? false;
}
