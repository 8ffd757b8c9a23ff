import type { EnergyAccount, Portion } from './energy-account.ts';
import type { Work } from './exchange-work.ts';
import type { PromptCosts } from './prompt-costs.ts';
import { shares } from './shares.ts';
import type { Participant } from './shares.ts';

const NOTHING_DONE: Participant = { ms: 0, promptTokens: 0, outputTokens: 0 };

/** One bin of the timeline. Moments are monotonic milliseconds. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  /** The share of the bin in which any exchange ran, 0 to 1. */
  readonly busy: number;
  /** Power of each device, watts; NaN where it was not measured. */
  readonly watts: readonly number[];
  /** Idle power of each device, watts; null while it is unknown. */
  readonly idleWatts: readonly (number | null)[];
  readonly costs: PromptCosts;
}

/** Where the energy of a bin went, joules. The three parts add up to the energy of the devices. */
export interface BinEnergy {
  readonly portions: readonly (readonly [EnergyAccount, Portion])[];
  /** Up to the idle power, in the time when nothing ran. */
  readonly idle: number;
  /** Above the idle power in that time: other programs, or a GPU that cools down. */
  readonly other: number;
}

/** Divides the energy of a bin among the exchanges that ran in it. */
export function splitBin(bin: Bin, accounts: Iterable<EnergyAccount>): BinEnergy {
  const { from, to, busy } = bin;
  const seconds = (to - from) / 1_000;
  const measured = bin.watts.map((power) => !Number.isNaN(power));
  const joules = sum(bin.watts.filter((_, i) => measured[i])) * seconds;
  const idleJoules = idlePower(bin, measured, seconds);
  const active = [...accounts].filter((account) => account.overlap(from, to) > 0);
  const unused = Math.min(joules, (idleJoules ?? joules) * (1 - busy));
  if (active.length === 0) return { portions: [], idle: unused, other: joules - unused };
  const did = participants(active, bin);
  const share = shares(did, bin.costs.weight);
  const measuredShare = measured.filter(Boolean).length / Math.max(1, measured.length);
  const portions = active.map((account, i) => {
    const work = did[i] ?? NOTHING_DONE;
    const part = (joules - unused) * (share[i] ?? 0);
    const portion: Portion = {
      joules: part,
      idleJoules: idleJoules === null ? null : idleJoules * busy * (share[i] ?? 0),
      prefillJoules: part * prefillShare(account.work.firstAt, work, bin),
      measuredMs: work.ms * measuredShare,
    };
    return [account, portion] as const;
  });
  return { portions, idle: unused, other: 0 };
}

function participants(active: readonly EnergyAccount[], { from, to, costs }: Bin): Participant[] {
  const prompts = active.filter(({ work }) => work.isPrefilling(from)).length;
  return active.map((account) => ({
    ms: account.overlap(from, to),
    ...account.work.between(from, to, costs.rate, prompts),
  }));
}

/** Energy at idle power of the devices that were measured, joules; null if one is not known. */
function idlePower(bin: Bin, measured: readonly boolean[], seconds: number): number | null {
  const idle = bin.idleWatts.filter((_, i) => measured[i]);
  const known = idle.filter((watts) => watts !== null);
  return known.length < idle.length ? null : sum(known) * seconds;
}

/** By work, or by time if there was none. */
function prefillShare(
  firstAt: number | null,
  { promptTokens, outputTokens }: Work,
  { from, to, costs }: Bin,
): number {
  if (firstAt === null || firstAt >= to) return 1;
  if (firstAt <= from) return 0;
  const prompt = (promptTokens ?? 0) * costs.weight;
  const all = prompt + outputTokens;
  return promptTokens === null || all === 0 ? (firstAt - from) / (to - from) : prompt / all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
