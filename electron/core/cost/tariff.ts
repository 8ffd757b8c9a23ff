/** The price of electricity at a time. Pure; the local time is that of this machine. */
import type { CostSettings, HourlySettings } from '../../../shared/cost-settings.ts';
import { minuteOfWeek, rowOfMinutes } from '../../../shared/week-times.ts';

export const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What held from a moment on, until the next entry. */
export interface TariffEntry {
  /** Unix milliseconds. */
  readonly from: number;
  /** Null if no tariff was set. */
  readonly currency: string | null;
  readonly tariff: Pick<CostSettings['tariff'], 'price' | 'times'> & {
    /** The key of the stored hourly prices. */
    readonly hourly: string | null;
  };
  readonly solar: CostSettings['solar'];
  /** Grams of CO2 equivalent per kWh from the grid; null if unknown. */
  readonly gramsPerKwh: number | null;
  /** Where that figure is from: `settings`, or the country and the table. */
  readonly carbonSource: string | null;
}

/** Returns the stored price per kWh of an hour (hours since 1970, UTC); null if there is none. */
export type HourlyPrices = (series: string, hour: number) => number | null;

/** The price of a kWh over some time. */
export interface Price {
  readonly currency: string | null;
  /** Null if it is not known. */
  readonly perKwh: number | null;
  readonly gramsPerKwh: number | null;
  /** True if the price changed within that time, so that it is a mean over time. */
  readonly isMean: boolean;
  /** The entry that held at the begin of that time; null before the first one. */
  readonly entry: TariffEntry | null;
}

const UNPRICED: Price = {
  currency: null,
  perKwh: null,
  gramsPerKwh: null,
  isMean: false,
  entry: null,
};

/** The key of a source of hourly prices. Prices of different sources and currencies never mix. */
export function seriesKey(currency: string, { file, url, ...rules }: HourlySettings): string {
  const { per, surcharge, taxRate, priceField } = rules;
  return [currency, file ?? url, per, surcharge, taxRate, priceField].join(' ');
}

/** Computes prices of a history of tariffs, oldest first. It caches by hour; make one per report. */
export class Prices {
  readonly #entries: readonly TariffEntry[];
  readonly #hourly: HourlyPrices;
  readonly #weeks = new Map<object, Int16Array>();
  readonly #hours = new Map<number, Price>();

  constructor(entries: readonly TariffEntry[], hourly: HourlyPrices) {
    this.#entries = entries;
    this.#hourly = hourly;
  }

  /** The price at a moment, Unix milliseconds. */
  at(moment: number): Price {
    const entry = this.#entryAt(moment);
    if (entry === null) return UNPRICED;
    const grid = this.#gridPrice(entry, moment);
    const share = this.#solarShare(entry, moment);
    const { currency, gramsPerKwh, solar } = entry;
    return {
      currency,
      perKwh: grid === null ? null : grid * (1 - share) + (solar?.price ?? 0) * share,
      // The panels emit nothing while they work; what making them emitted is not counted.
      gramsPerKwh: gramsPerKwh === null ? null : gramsPerKwh * (1 - share),
      isMean: false,
      entry,
    };
  }

  /** The price of an hour, given in hours since 1970 (UTC). */
  ofHour(hour: number): Price {
    const known = this.#hours.get(hour);
    if (known !== undefined) return known;
    const price = this.#meanOf(hour * HOUR_MS);
    this.#hours.set(hour, price);
    return price;
  }

  /** The entries that held at some time of a range, oldest first. */
  heldIn(from: number, to: number): readonly TariffEntry[] {
    return this.#entries.filter((entry, index) => {
      const until = this.#entries[index + 1]?.from ?? Infinity;
      return entry.from < to && until > from;
    });
  }

  /** The mean over an hour's minutes. Most hours have one price, which is found without it. */
  #meanOf(start: number): Price {
    const first = this.at(start);
    if (first.entry !== null && this.#isConstant(first.entry, start)) return first;
    const prices = [first];
    for (let minute = 1; minute < 60; minute += 1) prices.push(this.at(start + minute * MINUTE_MS));
    if (prices.every((each) => isSame(each, first))) return first;
    const currency = prices.findLast((each) => each.perKwh !== null)?.currency ?? first.currency;
    const own = prices.filter((each) => each.currency === currency);
    return {
      currency,
      perKwh: mean(own.map((each) => each.perKwh)),
      gramsPerKwh: mean(prices.map((each) => each.gramsPerKwh)),
      isMean: true,
      entry: own[0]?.entry ?? first.entry,
    };
  }

  #isConstant(entry: TariffEntry, start: number): boolean {
    if (this.#entryAt(start + HOUR_MS - 1) !== entry) return false;
    const rows = [entry.tariff.times, entry.solar?.hours].filter((each) => (each?.length ?? 0) > 0);
    if (rows.length === 0) return true;
    const minute = minuteOfWeek(start);
    // Otherwise the hour crosses the end of a week or a change of daylight saving time.
    if (minuteOfWeek(start + 59 * MINUTE_MS) !== minute + 59) return false;
    return rows.every((each) => {
      const hour = this.#weekOf(each ?? []).subarray(minute, minute + 60);
      return hour.every((row) => row === hour[0]);
    });
  }

  #entryAt(moment: number): TariffEntry | null {
    return this.#entries.findLast(({ from }) => from <= moment) ?? null;
  }

  #gridPrice({ currency, tariff }: TariffEntry, moment: number): number | null {
    if (currency === null) return null;
    if (tariff.price !== null) return tariff.price;
    if (tariff.hourly !== null) return this.#hourly(tariff.hourly, Math.floor(moment / HOUR_MS));
    if (tariff.times === null) return null;
    return tariff.times[this.#rowAt(tariff.times, moment)]?.price ?? null;
  }

  #solarShare({ solar }: TariffEntry, moment: number): number {
    if (solar === null) return 0;
    if (solar.hours.length === 0) return solar.share;
    return this.#rowAt(solar.hours, moment) === -1 ? 0 : solar.share;
  }

  #rowAt(rows: Parameters<typeof rowOfMinutes>[0], moment: number): number {
    return this.#weekOf(rows)[minuteOfWeek(moment)] ?? -1;
  }

  #weekOf(rows: Parameters<typeof rowOfMinutes>[0]): Int16Array {
    const week = this.#weeks.get(rows) ?? rowOfMinutes(rows);
    this.#weeks.set(rows, week);
    return week;
  }
}

function isSame(a: Price, b: Price): boolean {
  return a.currency === b.currency && a.perKwh === b.perKwh && a.gramsPerKwh === b.gramsPerKwh;
}

/** The mean of the known values; null if there are none. */
function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0) / known.length;
}
