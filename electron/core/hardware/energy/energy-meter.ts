import { DeviceTimeline } from './device-timeline.ts';
import { EnergyAccount } from './energy-account.ts';
import type { EnergyFigure, Portion } from './energy-account.ts';
import type { WorkSource } from './exchange-work.ts';
import { BIN_MS, binStart } from './observation.ts';
import type { EnergySample, SensorTraits } from './observation.ts';
import { LearntCosts } from './prompt-costs.ts';
import { splitBin } from './split-bin.ts';
import type { BinEnergy } from './split-bin.ts';

/** A device without a reading for this long is gone, milliseconds. */
const GONE_MS = 60_000;

/** Bins are not settled before this time has passed, milliseconds. */
const HOLD_MS = 2_000;

/** Share of an exchange's time that must be measured to learn from it. */
const MIN_LEARNT = 0.95;

/** One device's reading. The moment is given beside it. */
export interface EnergyReading extends Omit<EnergySample, 'at'> {
  /** The same for all readings of a device. */
  readonly device: string;
  readonly traits: SensorTraits;
}

/** Where the energy of all devices went, joules. */
export interface EnergyBooks {
  /** To exchanges. */
  readonly attributed: number;
  /** Idle power in the time when no exchange ran. */
  readonly idle: number;
  /** Above that in the same time. */
  readonly other: number;
}

/**
 * Divides the energy of the devices among exchanges, because drivers do not tell power by process.
 * Every figure is an estimate. Moments are monotonic milliseconds.
 *
 * Time is divided into bins. A bin is settled when no later reading can change its power. Until
 * then its exchanges are remembered, so that content and readings may come in any order.
 */
export class EnergyMeter {
  readonly #devices = new Map<string, DeviceTimeline>();
  /** Running exchanges, and those that ended in a bin that is not settled. */
  readonly #accounts = new Set<EnergyAccount>();
  readonly #learnt = new LearntCosts();
  #settledUntil: number;
  #books: EnergyBooks = { attributed: 0, idle: 0, other: 0 };

  constructor(now: number) {
    this.#settledUntil = binStart(now);
  }

  /** The settled energy of all devices since the start. */
  get books(): EnergyBooks {
    return this.#books;
  }

  /** Why something else than the best sensor of a device counts; null if all is well. */
  get note(): string | null {
    const notes = [...this.#devices.values()].map(({ note }) => note);
    return notes.find((note) => note !== null) ?? null;
  }

  /** Takes the readings of one moment. */
  onReadings(readings: readonly EnergyReading[], at: number): void {
    // Before the first reading nothing can be known.
    if (this.#devices.size === 0) this.#skipTo(binStart(at));
    for (const { device, traits, ...values } of readings) {
      const isNothing = values.powerW === null && values.counterJoules === null;
      if (isNothing && !this.#devices.has(device)) continue;
      const timeline = this.#devices.get(device) ?? new DeviceTimeline(traits);
      this.#devices.set(device, timeline);
      timeline.add({ at, ...values }, this.#ranSince(timeline.lastAt ?? at));
    }
    for (const [name, { lastAt }] of this.#devices) {
      if (lastAt !== null && at - lastAt > GONE_MS + this.#maxLagMs) this.#devices.delete(name);
    }
    this.#settle(at);
  }

  /** Call this when an exchange begins to use the devices. */
  begin(at: number, source: WorkSource): EnergyAccount {
    this.#settle(at);
    const account = new EnergyAccount(at, source);
    for (const other of this.#accounts) {
      if (other.endedAt !== null && other.endedAt <= at) continue;
      account.isAlone = false;
      other.isAlone = false;
    }
    this.#accounts.add(account);
    return account;
  }

  /**
   * Call this when an exchange ends. Its last part is computed from the readings so far, and the
   * newest power is held where none has come yet. Returns null if nothing was measured.
   */
  end(account: EnergyAccount, at: number): EnergyFigure | null {
    account.endedAt = at;
    this.#settle(at);
    const portions = this.#split(at, Math.max(this.#settledUntil, binStart(account.begunAt)))
      .flatMap((bin) => bin.portions)
      .flatMap(([owner, portion]): Portion[] => (owner === account ? [portion] : []));
    const figure = account.figure(portions);
    if (this.#devices.size === 0) this.#accounts.delete(account);
    return figure;
  }

  /** Forgets an exchange that was never ended. */
  abandon(account: EnergyAccount): void {
    if (account.endedAt === null) this.#accounts.delete(account);
  }

  #ranSince(at: number): boolean {
    for (const { endedAt } of this.#accounts) if (endedAt === null || endedAt > at) return true;
    return false;
  }

  /** Longest time from a moment to the reading that settles it. */
  get #maxLagMs(): number {
    let lag = 0;
    for (const { maxGapMs, reachMs } of this.#devices.values()) {
      lag = Math.max(lag, maxGapMs + reachMs);
    }
    return lag;
  }

  /** Books all bins that no later reading can change. */
  #settle(now: number): void {
    // Most prompts have been processed by then, so that it is known how long that took.
    let limit = now - HOLD_MS;
    for (const { lastAt, reachMs } of this.#devices.values()) {
      limit = Math.min(limit, (lastAt ?? now) - reachMs);
    }
    const lag = this.#maxLagMs;
    const until = binStart(Math.max(limit, now - Math.max(lag, HOLD_MS)));
    if (until <= this.#settledUntil) return;
    if (this.#devices.size === 0 || until - this.#settledUntil > 2 * lag + GONE_MS) {
      this.#skipTo(until);
      return;
    }
    const bins = this.#split(now, this.#settledUntil, until);
    for (const bin of bins) this.#book(bin);
    this.#settledUntil = until;
    this.#forget();
  }

  #book({ portions, idle, other }: BinEnergy): void {
    let attributed = 0;
    for (const [account, portion] of portions) {
      account.add(portion);
      attributed += portion.joules;
    }
    this.#books = {
      attributed: this.#books.attributed + attributed,
      idle: this.#books.idle + idle,
      other: this.#books.other + other,
    };
  }

  /** Leaves out time that was not measured. */
  #skipTo(until: number): void {
    for (const device of this.#devices.values()) device.forget();
    this.#settledUntil = Math.max(this.#settledUntil, until);
    this.#forget();
  }

  #forget(): void {
    for (const account of this.#accounts) {
      const isOver = account.endedAt !== null && account.endedAt <= this.#settledUntil;
      if (!isOver) {
        account.work.forget(this.#settledUntil);
        continue;
      }
      this.#accounts.delete(account);
      this.#learn(account);
    }
  }

  #learn(account: EnergyAccount): void {
    const { isAlone, work } = account;
    const figure = account.figure();
    if (!isAlone || figure === null || figure.measured < MIN_LEARNT) return;
    const { promptTokens, outputTokens, prefillMs } = work;
    this.#learnt.learn({ ...figure, promptTokens, outputTokens, prefillMs });
  }

  /** Divides the bins after `from`. With `decideUntil`, only those before it, and decides them. */
  #split(now: number, from: number, decideUntil: number | null = null): BinEnergy[] {
    const start = this.#settledUntil;
    const count = Math.ceil((now - start) / BIN_MS);
    if (count <= 0 || this.#devices.size === 0) return [];
    const busy = this.#busy(start, count);
    const devices = [...this.#devices.values()];
    const { costs } = this.#learnt;
    const idleWatts = devices.map(({ baseline }) => baseline.watts);
    const power = devices.map((device) => device.power(start, busy));
    const end = decideUntil === null ? count : (decideUntil - start) / BIN_MS;
    if (decideUntil !== null) {
      devices.forEach((device, i) => {
        const watts = power[i]?.subarray(0, end) ?? new Float64Array();
        device.decide(start, watts, busy.subarray(0, end));
      });
    }
    const to = start + end * BIN_MS;
    const accounts = [...this.#accounts].filter((account) => account.overlap(from, to) > 0);
    return Array.from({ length: Math.max(0, (to - from) / BIN_MS) }, (_, i) => {
      const at = from + i * BIN_MS;
      const bin = (at - start) / BIN_MS;
      const watts = power.map((one) => one[bin] ?? NaN);
      const span = { from: at, to: at + BIN_MS, busy: busy[bin] ?? 0 };
      return splitBin({ ...span, watts, idleWatts, costs }, accounts);
    });
  }

  /** The share of each bin in which any exchange ran. */
  #busy(start: number, count: number): Float64Array {
    const busy = new Float64Array(count);
    let covered = start;
    const end = start + count * BIN_MS;
    // Exchanges are in the order of their begin, but for some milliseconds that do not matter.
    for (const { begunAt, endedAt } of this.#accounts) {
      const from = Math.max(covered, begunAt);
      const to = Math.min(end, endedAt ?? end);
      for (let bin = Math.floor((from - start) / BIN_MS); bin * BIN_MS + start < to; bin += 1) {
        const at = start + bin * BIN_MS;
        const part = Math.min(to, at + BIN_MS) - Math.max(from, at);
        busy[bin] = Math.min(1, (busy[bin] ?? 0) + part / BIN_MS);
      }
      covered = Math.max(covered, to);
    }
    return busy;
  }
}
