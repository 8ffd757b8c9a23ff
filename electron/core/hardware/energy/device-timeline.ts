import type { Sentence } from '../../../../shared/sentences.ts';
import { IdleBaseline } from './idle-baseline.ts';
import { BIN_MS } from './observation.ts';
import type { EnergySample, Observation, SensorTraits } from './observation.ts';
import { TimedValues } from './timed-values.ts';
import { reconstruct } from './reconstruct.ts';
import { Sensor } from './sensor.ts';

/** Readings further apart than this many usual intervals are a gap, which is not bridged. */
const MAX_INTERVALS = 3.5;
/** Shorter distances are never a gap, milliseconds. A busy machine delays readings by as much. */
const MIN_GAP_MS = 1_000;
/** Number of intervals whose median is the usual one. */
const INTERVALS = 9;

/**
 * The power of one device over time. The newest part, which a later reading may still correct, is
 * computed again for each question. The rest is decided and forgotten. Moments are monotonic
 * milliseconds.
 */
export class DeviceTimeline {
  readonly baseline = new IdleBaseline();
  readonly #sensor = new Sensor();
  readonly #otherShares = new TimedValues();
  readonly #utilizations = new TimedValues();
  #observations: Observation[] = [];
  #intervals: number[] = [];
  #maxGapMs = MIN_GAP_MS;
  #lastAt: number | null = null;
  /** Power of the last decided bins, which later readings still need. */
  #decided: number[] = [];
  #decidedBusy: number[] = [];

  /** Why something else than the best sensor counts; null if all is well. */
  get note(): Sentence | null {
    return this.#sensor.note;
  }

  /** The newest reading; null before the first one. */
  get lastAt(): number | null {
    return this.#lastAt;
  }

  /** Longest distance between readings that is bridged, milliseconds. */
  get maxGapMs(): number {
    return this.#maxGapMs;
  }

  /** How far later readings reach back before their moment, milliseconds. */
  get reachMs(): number {
    return this.#sensor.usesPower ? this.#sensor.averagingMs : 0;
  }

  /** Takes a reading. `isBusy` says whether exchanges ran since the last one. */
  add(sample: EnergySample, traits: SensorTraits, isBusy: boolean): void {
    if (this.#lastAt !== null) {
      if (sample.at <= this.#lastAt) return;
      this.#intervals = [...this.#intervals, sample.at - this.#lastAt].slice(-INTERVALS);
      const sorted = [...this.#intervals].sort((a, b) => a - b);
      const usual = sorted[sorted.length >> 1] ?? 0;
      this.#maxGapMs = Math.max(MIN_GAP_MS, usual * MAX_INTERVALS);
    }
    this.#lastAt = sample.at;
    this.#utilizations.add(sample.at, sample.utilizationPercent);
    const context = { isBusy, maxGapMs: this.maxGapMs };
    this.#observations.push(...this.#sensor.observe(sample, traits, context));
  }

  /** Takes the share of the device's work that other programs did, 0 to 1; null if unknown. */
  addOtherShare(at: number, share: number | null): void {
    this.#otherShares.add(at, share);
  }

  /** The share of the work in a bin that other programs did, 0 to 1; null if it is not known. */
  otherShare(binStart: number): number | null {
    return this.#otherShares.at(binStart + BIN_MS / 2, this.#maxGapMs);
  }

  /** The power in the bins from `start` on, watts; NaN where it was not measured. */
  power(start: number, busy: Float64Array): Float64Array {
    const before = this.#decided.length;
    return reconstruct({
      start: start - before * BIN_MS,
      busy: Float64Array.from([...this.#decidedBusy, ...busy]),
      decided: this.#decided,
      observations: this.#observations,
      idleW: this.baseline.watts,
      maxGapMs: this.maxGapMs,
    }).slice(before);
  }

  /** Decides the power of the bins from `start` on. Must be called without leaving out a bin. */
  decide(start: number, watts: Float64Array, busy: Float64Array): void {
    watts.forEach((power, i) => {
      if ((busy[i] ?? 0) > 0) this.baseline.busy();
      else if (!Number.isNaN(power)) {
        const at = start + i * BIN_MS;
        const utilization = this.#utilizations.at(at + BIN_MS / 2, this.#maxGapMs);
        this.baseline.idle(at, BIN_MS, power, utilization);
      }
    });
    const end = start + watts.length * BIN_MS;
    // A gap is still seen as one when its beginning is decided.
    const keptMs = this.#sensor.averagingMs + this.maxGapMs;
    const kept = Math.ceil(keptMs / BIN_MS) + 1;
    this.#decided = [...this.#decided, ...watts].slice(-kept);
    this.#decidedBusy = [...this.#decidedBusy, ...busy].slice(-kept);
    this.#observations = this.#observations.filter(({ to }) => to > end - this.maxGapMs);
    this.#otherShares.forget(end);
    this.#utilizations.forget(end);
  }

  /** Forgets the past after a time that nobody measured. */
  forget(): void {
    this.#observations = [];
    this.#decided = [];
    this.#decidedBusy = [];
  }
}
