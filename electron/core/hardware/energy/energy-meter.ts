import type { IdlePower } from '../../../../shared/gpu-history.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
import { bookBins } from './book-bins.ts';
import { Books } from './device-books.ts';
import type { DeviceBooks } from './device-books.ts';
import { DeviceTimeline } from './device-timeline.ts';
import { EnergyAccount } from './energy-account.ts';
import type { OnFigure } from './energy-account.ts';
import type { WorkSource } from './exchange-work.ts';
import { BIN_MS, binStart } from './observation.ts';
import type { EnergySample, SensorTraits } from './observation.ts';
import { LearntCosts } from './prompt-costs.ts';

/** A device without a reading for this long is gone, milliseconds. */
const GONE_MS = 60_000;

/**
 * Bins are not settled before this time has passed, milliseconds. Most prompts have been processed
 * by then, so that it is known how long that took.
 */
const HOLD_MS = 2_000;

/** Bins are settled in groups of this length, milliseconds: finding their power has a fixed cost. */
const SETTLED_TOGETHER_MS = 500;

/** Longest wait for readings after an exchange's end, milliseconds. */
const MAX_WAIT_MS = 5_000;

/** Share of an exchange's time that must be measured to learn from it. */
const MIN_LEARNT = 0.95;

/** One device's reading. The moment is given beside it. */
export interface EnergyReading extends Omit<EnergySample, 'at'> {
  /** The same for all readings of a device. */
  readonly device: string;
  readonly traits: SensorTraits;
  /**
   * The share of the device's work since the last reading that processes other than model servers
   * did, 0 to 1; null if it is not known.
   */
  readonly otherShare: number | null;
}

/**
 * Divides the energy of the devices among exchanges, because drivers do not tell power by process.
 * Every figure is an estimate. Moments are monotonic milliseconds.
 *
 * Time is divided into bins. A bin is settled when no later reading can change its power. Until
 * then its exchanges are remembered, so that content and readings may come in any order. An
 * exchange's figure is complete when its last bin is settled, at most five seconds after its end.
 */
export class EnergyMeter {
  /** Called with the number of running exchanges when one begins or ends. */
  onActivity: (running: number) => void = () => undefined;
  readonly #devices = new Map<string, DeviceTimeline>();
  /** Running exchanges, and those that ended in a bin that is not settled. */
  readonly #accounts = new Set<EnergyAccount>();
  readonly #running = new Set<EnergyAccount>();
  readonly #learnt = new LearntCosts();
  readonly #books = new Books();
  #settledUntil: number;
  #hasModel: boolean | null = null;

  constructor(now: number) {
    this.#settledUntil = binStart(now);
  }

  /** The settled energy of each device since the start. */
  get books(): readonly DeviceBooks[] {
    return this.#books.all;
  }

  /** Idle power of each device, and how much of it a loaded model costs, watts; null if unknown. */
  get baselines(): readonly IdlePower[] {
    return [...this.#devices].map(([device, { baseline }]) => ({
      device,
      idleWatts: baseline.watts,
      emptyWatts: baseline.emptyWatts,
      loadedWatts: baseline.loadedWatts,
      phantomWatts: baseline.phantomWatts,
    }));
  }

  /** Why something else than the best sensor of a device counts; null if all is well. */
  get note(): Sentence | null {
    const notes = [...this.#devices.values()].map(({ note }) => note);
    return notes.find((note) => note !== null) ?? null;
  }

  /** Tells whether a model is loaded on this machine from now on; null if unknown. */
  noteModels(hasModel: boolean | null): void {
    this.#hasModel = hasModel;
    for (const { baseline } of this.#devices.values()) baseline.hasModel = hasModel;
  }

  /** Takes the readings of one moment. */
  onReadings(readings: readonly EnergyReading[], at: number): void {
    // Before the first reading nothing can be known.
    if (this.#devices.size === 0) this.#skipTo(binStart(at));
    for (const { device, traits, otherShare, ...values } of readings) {
      const isNothing = values.powerW === null && values.counterJoules === null;
      if (isNothing && !this.#devices.has(device)) continue;
      const timeline = this.#timelineOf(device);
      timeline.add({ at, ...values }, traits, this.#ranSince(timeline.lastAt ?? at));
      timeline.addOtherShare(at, otherShare);
    }
    for (const [name, { lastAt }] of this.#devices) {
      if (lastAt !== null && at - lastAt > GONE_MS + this.#maxLagMs) this.#devices.delete(name);
    }
    this.#settle(at);
  }

  /**
   * Call this when an exchange begins to use the devices.
   *
   * @param onFigure gets its energy after its end, if `end` says so
   */
  begin(at: number, source: WorkSource, onFigure: OnFigure): EnergyAccount {
    const account = new EnergyAccount(at, source, onFigure);
    account.isAlone = this.#running.size === 0;
    if (this.#running.size === 1) for (const other of this.#running) other.isAlone = false;
    this.#running.add(account);
    this.#accounts.add(account);
    this.onActivity(this.#running.size);
    return account;
  }

  /** Call this when an exchange ends. Returns true if its energy will be reported, maybe as null. */
  end(account: EnergyAccount, at: number): boolean {
    account.endedAt = at;
    this.#leave(account);
    if (this.#devices.size > 0) return true;
    this.#accounts.delete(account);
    return false;
  }

  /** Forgets an exchange that was never ended. */
  abandon(account: EnergyAccount): void {
    if (account.endedAt !== null) return;
    this.#leave(account);
    this.#accounts.delete(account);
  }

  /** Settles what waited too long for readings. For about once a second. */
  advance(now: number): void {
    this.#settle(now);
    this.#settleEnded(now, now - MAX_WAIT_MS);
  }

  /** Reports the energy of all ended exchanges now, from the readings so far. */
  finish(now: number): void {
    this.#settleEnded(now, now);
  }

  #leave(account: EnergyAccount): void {
    if (this.#running.delete(account)) this.onActivity(this.#running.size);
  }

  #timelineOf(device: string): DeviceTimeline {
    const known = this.#devices.get(device);
    if (known !== undefined) return known;
    const timeline = new DeviceTimeline();
    timeline.baseline.hasModel = this.#hasModel;
    this.#devices.set(device, timeline);
    return timeline;
  }

  #ranSince(at: number): boolean {
    if (this.#running.size > 0) return true;
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

  /** Settles all bins that no later reading can change. */
  #settle(now: number): void {
    let limit = now - HOLD_MS;
    for (const { lastAt, reachMs } of this.#devices.values()) {
      limit = Math.min(limit, (lastAt ?? now) - reachMs);
    }
    const lag = this.#maxLagMs;
    const until = binStart(Math.max(limit, now - Math.max(lag, HOLD_MS)));
    if (until - this.#settledUntil < SETTLED_TOGETHER_MS) return;
    if (until - this.#settledUntil > 2 * lag + GONE_MS) this.#skipTo(until);
    else this.#settleUntil(until, now);
  }

  /** Settles the bins of all exchanges that ended until `limit`. */
  #settleEnded(now: number, limit: number): void {
    let until = this.#settledUntil;
    for (const { endedAt } of this.#accounts) {
      if (endedAt !== null && endedAt <= limit) until = Math.max(until, binStart(endedAt) + BIN_MS);
    }
    this.#settleUntil(until, Math.max(now, until));
  }

  #settleUntil(until: number, now: number): void {
    if (until <= this.#settledUntil) return;
    const [start, accounts, devices] = [this.#settledUntil, this.#accounts, this.#devices];
    const { costs } = this.#learnt;
    bookBins({ start, until, now, devices, accounts, costs, books: this.#books });
    this.#skipTo(until, false);
  }

  /** Goes on to a moment. If the time before it was not measured, the devices' past is forgotten. */
  #skipTo(until: number, isGap = true): void {
    if (isGap) for (const device of this.#devices.values()) device.forget();
    this.#settledUntil = Math.max(this.#settledUntil, until);
    for (const account of this.#accounts) {
      const isOver = account.endedAt !== null && account.endedAt <= this.#settledUntil;
      if (!isOver) {
        account.work.forget(this.#settledUntil);
        continue;
      }
      this.#accounts.delete(account);
      this.#learn(account);
      account.complete();
    }
  }

  #learn(account: EnergyAccount): void {
    const { isAlone, work } = account;
    const { reportedPrefillMs } = work;
    if (reportedPrefillMs !== null) this.#learnt.learnRate(work.promptTokens, reportedPrefillMs);
    const figure = account.figure();
    if (!isAlone || figure === null || figure.measured < MIN_LEARNT) return;
    const { promptTokens, outputTokens } = work;
    // With the reported time, the speed is known already.
    const prefillMs = reportedPrefillMs === null ? work.prefillMs : null;
    this.#learnt.learn({ ...figure, promptTokens, outputTokens, prefillMs });
  }
}
