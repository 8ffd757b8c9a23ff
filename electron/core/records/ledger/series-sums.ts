import {
  ENERGY_SUMS,
  NO_ENERGY_SUMS,
  addEnergySums,
  energySums,
} from '../../../../shared/energy-sums.ts';
import type { SqlValue } from './database.ts';
import { asBytes, asNumber } from './sql-values.ts';

/** A sketch that encoded ones are added to. */
interface Mergeable {
  mergeEncoded(bytes: Uint8Array | null): void;
}

/** The sums of rows of `series`, in the order of its columns after the key. */
export class SeriesSums<S extends Mergeable> {
  requests = 0;
  errors = 0;
  inputTokens = 0;
  cachedInputTokens = 0;
  outputTokens = 0;
  reasoningTokens = 0;
  estimatedTokens = 0;
  energyJoules = 0;
  latencySum = 0;
  ttftSum = 0;
  rateSum = 0;
  readonly latency: S;
  readonly ttft: S;
  readonly rate: S;
  inFlightPeak: number | null = null;
  energy = NO_ENERGY_SUMS;

  constructor(makeSketch: () => S) {
    this.latency = makeSketch();
    this.ttft = makeSketch();
    this.rate = makeSketch();
  }

  /**
   * Adds a row of `series`; `values` has its columns from index `first` on, starting with
   * `requests`.
   */
  addRow(values: readonly SqlValue[], first: number): void {
    const number = (index: number): number => asNumber(values[first + index]) ?? 0;
    this.requests += number(0);
    this.errors += number(1);
    this.inputTokens += number(2);
    this.cachedInputTokens += number(3);
    this.outputTokens += number(4);
    this.reasoningTokens += number(5);
    this.estimatedTokens += number(6);
    this.energyJoules += number(7);
    this.latencySum += number(8);
    this.ttftSum += number(9);
    this.rateSum += number(10);
    this.latency.mergeEncoded(asBytes(values[first + 11]));
    this.ttft.mergeEncoded(asBytes(values[first + 12]));
    this.rate.mergeEncoded(asBytes(values[first + 13]));
    this.addPeak(asNumber(values[first + 14]));
    const sums = energySums((name) => asNumber(values[first + 15 + ENERGY_SUMS.indexOf(name)]));
    this.energy = addEnergySums(this.energy, sums);
  }

  addPeak(inFlight: number | null): void {
    if (inFlight !== null) this.inFlightPeak = Math.max(this.inFlightPeak ?? 0, inFlight);
  }
}
