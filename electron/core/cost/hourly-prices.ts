import * as v from 'valibot';
import type { JsonDocument } from '../json-document.ts';
import type { HourPrices } from './parse-hourly-prices.ts';
import type { HourlyPrices } from './tariff.ts';

/** Hours kept of each source: three years. */
const MAX_HOURS = 26_304;
const MAX_SERIES = 20;

const seriesSchema = v.object({
  key: v.string(),
  /** Hours since 1970 of the first price. */
  from: v.pipe(v.number(), v.integer()),
  prices: v.pipe(v.array(v.nullable(v.number())), v.maxLength(MAX_HOURS)),
});
const documentSchema = v.object({ series: v.optional(v.array(seriesSchema), []) });
type Series = v.InferOutput<typeof seriesSchema>;

/** True if this version can read the document. */
export function isHourlyPrices(document: Record<string, unknown>): boolean {
  return v.is(documentSchema, document);
}

/**
 * The prices of hours, kept on disk because a list usually has only today's and tomorrow's. The
 * price of a past hour never changes once it is known.
 */
export class HourlyPriceStore {
  readonly #document: JsonDocument;
  #series: readonly Series[];

  constructor(document: JsonDocument) {
    this.#document = document;
    const result = v.safeParse(documentSchema, document.read());
    this.#series = result.success ? result.output.series : [];
  }

  /** Returns the price per kWh of an hour; null if it is unknown. */
  readonly price: HourlyPrices = (key, hour) => {
    const series = this.#series.find((each) => each.key === key);
    return series?.prices[hour - series.from] ?? null;
  };

  /** The last hour with a price; null if there is none. */
  lastHour(key: string): number | null {
    const series = this.#series.find((each) => each.key === key);
    return series === undefined ? null : series.from + series.prices.length - 1;
  }

  /**
   * Adds the prices of a list. `now` is the present hour; earlier ones keep the price that they have.
   * Throws a system error if the document cannot be written; the prices hold until the run ends.
   */
  add(key: string, given: HourPrices, now: number): void {
    const before = this.#series.find((each) => each.key === key);
    const merged = new Map(given);
    for (const [index, price] of (before?.prices ?? []).entries()) {
      const hour = (before?.from ?? 0) + index;
      if (price !== null && (hour < now || !merged.has(hour))) merged.set(hour, price);
    }
    const next = seriesOf(key, merged);
    if (next === null || JSON.stringify(next) === JSON.stringify(before)) return;
    const others = this.#series.filter((each) => each.key !== key);
    this.#series = [...others, next].slice(-MAX_SERIES);
    this.#document.write({ series: this.#series });
  }
}

/** Null without prices. The oldest hours are dropped first. */
function seriesOf(key: string, hours: ReadonlyMap<number, number>): Series | null {
  const known = [...hours.keys()].sort((a, b) => a - b);
  const last = known.at(-1);
  const first = known.find((hour) => last !== undefined && hour > last - MAX_HOURS);
  if (first === undefined || last === undefined) return null;
  const prices = Array.from({ length: last - first + 1 }, (_, i) => hours.get(first + i) ?? null);
  return { key, from: first, prices };
}
