import { efficiencyOf } from '../../../../shared/efficiency.ts';
import { SketchSum } from '../../sketch/sketch-sum.ts';
import type { SqlValue } from './database.ts';
import { sketchDistribution } from './distribution.ts';
import type { SeriesPoint } from './query-schemas.ts';
import { MINUTE_MS } from './series.ts';
import { SeriesSums } from './series-sums.ts';

type Sums = SeriesSums<SketchSum>;

/**
 * The points of a chart, one for each line of each bucket. Only one bucket is open, so that its sketches can be those
 * of the bucket before: rows must come in the order of time.
 */
export class BucketLines {
  readonly #nameOf: (id: SqlValue) => string | null;
  readonly #points: SeriesPoint[] = [];
  readonly #spare: SketchSum[] = [];
  readonly #open = new Map<SqlValue, Sums>();
  #bucket = NaN;

  /** `nameOf` turns the number of a line into its name. */
  constructor(nameOf: (id: SqlValue) => string | null) {
    this.#nameOf = nameOf;
  }

  /** The sums of a line in a bucket; `bucket` is its first minute since 1970. */
  at(bucket: number, id: SqlValue): Sums {
    if (bucket !== this.#bucket) this.#closeBucket();
    this.#bucket = bucket;
    const sums = this.#open.get(id) ?? new SeriesSums(() => this.#spare.pop() ?? new SketchSum());
    this.#open.set(id, sums);
    return sums;
  }

  /** All points, by time and then by name. */
  close(): SeriesPoint[] {
    this.#closeBucket();
    return this.#points;
  }

  #closeBucket(): void {
    const points = [...this.#open].map(([id, sums]) =>
      pointOf(this.#bucket * MINUTE_MS, this.#nameOf(id), sums),
    );
    points.sort((a, b) => (a.name ?? '').localeCompare(b.name ?? ''));
    this.#points.push(...points);
    for (const { latency, ttft, rate } of this.#open.values()) {
      for (const sketch of [latency, ttft, rate]) {
        sketch.reset();
        this.#spare.push(sketch);
      }
    }
    this.#open.clear();
  }
}

function pointOf(at: number, name: string | null, sums: Sums): SeriesPoint {
  return {
    at,
    name,
    requests: sums.requests,
    errors: sums.errors,
    inputTokens: sums.inputTokens,
    cachedInputTokens: sums.cachedInputTokens,
    outputTokens: sums.outputTokens,
    reasoningTokens: sums.reasoningTokens,
    estimatedTokens: sums.estimatedTokens,
    // The column holds 0 for unknown; a measured sum is never exactly 0.
    energyJoules: sums.energyJoules === 0 ? null : sums.energyJoules,
    ...sums.energy,
    efficiency: efficiencyOf(sums.energy),
    latencyMs: sketchDistribution(sums.latency, sums.latencySum),
    timeToFirstTokenMs: sketchDistribution(sums.ttft, sums.ttftSum),
    outputTokensPerSecond: sketchDistribution(sums.rate, sums.rateSum),
    inFlightPeak: sums.inFlightPeak,
  };
}
