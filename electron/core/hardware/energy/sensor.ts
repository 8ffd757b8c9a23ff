import { sentence } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
import { BIN_MS } from './observation.ts';
import type { EnergySample, Observation, SensorTraits } from './observation.ts';

/** A counter that stands still for this long is frozen, milliseconds, and at least for these readings. */
const FROZEN_MS = 500;
const FROZEN_READINGS = 3;
/** Time under load over which counter and power are compared, milliseconds. */
const COMPARED_MS = 5_000;
/** The counter is not used if its energy is not within these factors of the integrated power. */
const MIN_RATIO = 0.5;
const MAX_RATIO = 2;

const NO_TRAITS: SensorTraits = { averagingMs: 0, counterRangeJoules: null };

interface CounterReading {
  readonly at: number;
  readonly joules: number;
}

/**
 * Turns one device's readings into observations: the difference of its energy counter, as long as
 * that can be trusted, else its power. A counter that is frozen, was reset, or disagrees with the
 * power under load is noticed, and never counts as 0.
 *
 * Disagreement when idle is no fault: the power sensors have an error of some watts there.
 */
export class Sensor {
  /** Why the power counts although there is a counter; null if all is well. */
  note: Sentence | null = null;
  /** A source may tell them only from some reading on, so those of the newest one count. */
  #traits: SensorTraits = NO_TRAITS;
  #counter: CounterReading | null = null;
  #last: EnergySample | null = null;
  /** Power since the counter's last change, in case that it is frozen. */
  #waiting: (readonly Observation[])[] = [];
  #comparison = { ms: 0, counter: 0, power: 0 };

  /**
   * Takes the next reading.
   *
   * @param traits how the sensors worked for this reading
   * @param context `isBusy`: whether exchanges ran since the last one; `maxGapMs`: longest span that a counter's difference may cover
   * @returns nothing if the counter has not changed yet; several if it turns out to be frozen
   */
  observe(
    sample: EnergySample,
    traits: SensorTraits,
    { isBusy, maxGapMs }: { readonly isBusy: boolean; readonly maxGapMs: number },
  ): readonly Observation[] {
    this.#traits = traits;
    const last = this.#last;
    this.#last = sample;
    const power = this.#ofPower(sample);
    if (sample.counterJoules === null) {
      if (this.#counter !== null) this.note = sentence('counter_gone');
      this.#counter = null;
      return power;
    }
    const before = this.#counter;
    const now = { at: sample.at, joules: sample.counterJoules };
    if (before === null || now.at - before.at > maxGapMs) {
      this.#begin(now);
      return power;
    }
    const grown = this.#growth(before, now, sample.powerW);
    if (grown === 0) return this.#stand(before, now, power);
    this.#begin(now);
    if (grown === null) return power;
    if (isBusy) this.#compare(last, sample, grown, now.at - before.at);
    if (this.note !== null) return power;
    return [{ from: before.at, to: now.at, watts: (grown / (now.at - before.at)) * 1_000 }];
  }

  /** Length of the window that a power reading covers, milliseconds. */
  get averagingMs(): number {
    return this.#traits.averagingMs;
  }

  /** True if the observations are those of the power sensor, with its averaging. */
  get usesPower(): boolean {
    return this.#counter === null || this.note !== null;
  }

  #begin(reading: CounterReading): void {
    this.#counter = reading;
    this.#waiting = [];
  }

  /** The counter has not changed. It may be updated less often than it is read, or be frozen. */
  #stand(
    before: CounterReading,
    now: CounterReading,
    power: readonly Observation[],
  ): readonly Observation[] {
    if (this.note !== null) return power;
    this.#waiting.push(power);
    const isFrozen = now.at - before.at >= FROZEN_MS && this.#waiting.length >= FROZEN_READINGS;
    if (!isFrozen) return [];
    const observations = this.#waiting.flat();
    if (observations.length > 0 && observations.every(({ watts }) => watts === 0)) {
      // The second die of an MI250 reports no energy and no power; the first reports both dies'.
      this.#begin(now);
      return [{ from: before.at, to: now.at, watts: 0 }];
    }
    this.note = sentence('counter_still');
    this.#comparison = { ms: 0, counter: 0, power: 0 };
    this.#waiting = [];
    return observations;
  }

  #ofPower({ at, powerW }: EnergySample): readonly Observation[] {
    if (powerW === null) return [];
    const { averagingMs } = this.#traits;
    // Power follows the load with a delay, so a momentary value belongs to the time just before it.
    const windowMs = Math.max(averagingMs, BIN_MS);
    return [{ from: at - windowMs, to: at, watts: powerW }];
  }

  /** Joules since the last change; null if the counter was reset. */
  #growth(before: CounterReading, now: CounterReading, powerW: number | null): number | null {
    const grown = now.joules - before.joules;
    if (grown >= 0) return grown;
    const { counterRangeJoules: range } = this.#traits;
    if (range === null) return null;
    const wrapped = grown + range;
    const expected = powerW === null ? null : (powerW * (now.at - before.at)) / 1_000;
    // A reset looks like a wrap, but leads to a much larger difference.
    const isWrap = expected === null ? wrapped < range / 2 : wrapped < expected * 4 + 10;
    return isWrap && wrapped > 0 ? wrapped : null;
  }

  /** Compares with the power under load, and decides about the counter after some seconds. */
  #compare(last: EnergySample | null, now: EnergySample, grown: number, ms: number): void {
    if (last?.powerW === null || last === null || now.powerW === null) return;
    const sums = this.#comparison;
    sums.ms += ms;
    sums.counter += grown;
    sums.power += (((last.powerW + now.powerW) / 2) * ms) / 1_000;
    if (sums.ms < COMPARED_MS) return;
    this.#comparison = { ms: 0, counter: 0, power: 0 };
    // A power of 0 under load is no measurement.
    if (sums.power === 0) return;
    const ratio = sums.counter / sums.power;
    const agrees = ratio >= MIN_RATIO && ratio <= MAX_RATIO;
    this.note = agrees ? null : sentence('counter_disagrees');
  }
}
