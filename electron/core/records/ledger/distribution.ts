import type { Distribution } from './query-schemas.ts';
import { Sketch } from '../../sketch/sketch.ts';

/** Most values that are kept individually. More are kept in a sketch. */
const MAX_EXACT = 50_000;

/**
 * Collects measurements and describes their distribution. It is exact for few values, and within
 * the sketch's 1 % for many. Percentiles are by nearest rank in both cases.
 */
export class Collector {
  #values: number[] = [];
  #sketch: Sketch | null = null;
  #sum = 0;

  get exact(): boolean {
    return this.#sketch === null;
  }

  add(value: number): void {
    if (value < 0 || !Number.isFinite(value)) return;
    this.#sum += value;
    if (this.#sketch !== null) {
      this.#sketch.add(value);
      return;
    }
    this.#values.push(value);
    if (this.#values.length > MAX_EXACT) this.#overflow();
  }

  distribution(): Distribution {
    if (this.#sketch !== null) return sketchDistribution(this.#sketch, this.#sum);
    const sorted = this.#values.sort((a, b) => a - b);
    const at = (q: number): number | null =>
      sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? null;
    const count = sorted.length;
    return { count, mean: mean(this.#sum, count), p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  #overflow(): void {
    const sketch = new Sketch();
    for (const value of this.#values) sketch.add(value);
    this.#sketch = sketch;
    this.#values = [];
  }
}

export function sketchDistribution(
  sketch: Pick<Sketch, 'count' | 'quantiles'>,
  sum: number,
): Distribution {
  const { count } = sketch;
  const [p50 = null, p95 = null, p99 = null] = sketch.quantiles([0.5, 0.95, 0.99]);
  return { count, mean: mean(sum, count), p50, p95, p99 };
}

function mean(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}
