import type { EnergyAccount, Portion } from './energy-account.ts';
import type { Work } from './exchange-work.ts';
import type { PromptCosts } from './prompt-costs.ts';
import { shares } from './shares.ts';
import type { Participant } from './shares.ts';

/** Other programs with at most this share of a device's work do not count as other work. */
const MIN_OTHER_SHARE = 0.05;

const NOTHING_DONE: Participant = { ms: 0, promptTokens: 0, outputTokens: 0 };

/** The power of one device in a bin, watts. */
export interface DeviceBin {
  /** NaN where it was not measured. */
  readonly watts: number;
  /** Idle power; null while it is unknown. */
  readonly idleWatts: number | null;
  /** The share of its work that other programs did, 0 to 1; null while it is unknown. */
  readonly otherShare: number | null;
}

/** One bin of the timeline. Moments are monotonic milliseconds. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  /** When its energy is divided. */
  readonly now: number;
  /** The share of the bin in which any exchange ran, 0 to 1. */
  readonly busy: number;
  readonly devices: readonly DeviceBin[];
  readonly costs: PromptCosts;
}

/** Where the energy of one device went, joules. The three parts add up to all of it. */
export interface DeviceEnergy {
  /** To exchanges. */
  readonly attributed: number;
  /** Up to the idle power, in the time when nothing ran. */
  readonly idle: number;
  /**
   * Above the idle power: in that time all of it (other programs, or a GPU that cools down), and
   * while exchanges ran the share of other programs, if that is known.
   */
  readonly other: number;
}

/** Where the energy of a bin went. */
export interface BinEnergy {
  readonly portions: readonly (readonly [EnergyAccount, Portion])[];
  /** In the order of the devices; null for one that was not measured. */
  readonly devices: readonly (DeviceEnergy | null)[];
}

/** Divides the energy of a bin among the exchanges that ran in it. */
export function splitBin(bin: Bin, accounts: readonly EnergyAccount[]): BinEnergy {
  const { from, to, busy } = bin;
  const seconds = (to - from) / 1_000;
  const active = accounts.filter((account) => account.overlap(from, to) > 0);
  const devices = bin.devices.map((device) => splitDevice(device, seconds, busy, active.length));
  if (active.length === 0) return { portions: [], devices };
  const measured = devices.filter((device) => device !== null);
  const joules = measured.reduce((sum, { attributed }) => sum + attributed, 0);
  const idleJoules = idleEnergy(bin, seconds);
  const did = participants(active, bin);
  const share = shares(did, bin.costs.weight);
  const hasOtherWork = hadOtherWork(bin.devices);
  const measuredShare = measured.length / Math.max(1, devices.length);
  const portions = active.map((account, i) => {
    const work = did[i] ?? NOTHING_DONE;
    const part = joules * (share[i] ?? 0);
    const portion: Portion = {
      joules: part,
      idleJoules: idleJoules === null ? null : idleJoules * (share[i] ?? 0),
      prefillJoules: part * prefillShare(account.work.firstAt, work, bin),
      measuredMs: work.ms * measuredShare,
      hasOtherWork,
    };
    return [account, portion] as const;
  });
  return { portions, devices };
}

function splitDevice(
  { watts, idleWatts, otherShare }: DeviceBin,
  seconds: number,
  busy: number,
  running: number,
): DeviceEnergy | null {
  if (Number.isNaN(watts)) return null;
  const joules = watts * seconds;
  const idle = Math.min(joules, (idleWatts ?? watts) * seconds * (1 - busy));
  if (running === 0) return { attributed: 0, idle, other: joules - idle };
  const aboveIdle = Math.max(0, watts - (idleWatts ?? watts)) * seconds * busy;
  const other = aboveIdle * (otherShare ?? 0);
  return { attributed: joules - idle - other, idle, other };
}

/** True if other programs worked on a measured device; null if that is known of none. */
function hadOtherWork(devices: readonly DeviceBin[]): boolean | null {
  const known = devices
    .filter(({ watts }) => !Number.isNaN(watts))
    .map(({ otherShare }) => otherShare)
    .filter((share) => share !== null);
  return known.length === 0 ? null : known.some((share) => share > MIN_OTHER_SHARE);
}

function participants(
  active: readonly EnergyAccount[],
  { from, to, now, costs }: Bin,
): Participant[] {
  const waiting = active.filter(({ work }) => work.firstAt === null).length;
  const seen = { usualRate: costs.rate, waiting, now };
  const prompts = active.filter(({ work }) => work.isPrefilling(from, seen)).length;
  return active.map((account) => ({
    ms: account.overlap(from, to),
    ...account.work.between(from, to, seen, prompts),
  }));
}

/** Idle power of the measured devices while exchanges ran, joules; null if one is not known. */
function idleEnergy({ devices, busy }: Bin, seconds: number): number | null {
  let watts = 0;
  for (const device of devices) {
    if (Number.isNaN(device.watts)) continue;
    if (device.idleWatts === null) return null;
    watts += device.idleWatts;
  }
  return watts * seconds * busy;
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
