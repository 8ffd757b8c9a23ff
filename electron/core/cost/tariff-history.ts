import * as v from 'valibot';
import { costSchema } from '../../../shared/cost-settings.ts';
import type { CostSettings } from '../../../shared/cost-settings.ts';
import type { JsonDocument } from '../json-document.ts';
import { carbonOf } from './carbon.ts';
import { seriesKey } from './tariff.ts';
import type { TariffEntry } from './tariff.ts';

const { tariff, solar } = costSchema.entries;
const { price, times } = tariff.wrapped.entries;
const nullableText = v.nullable(v.string());

const entrySchema = v.object({
  from: v.number(),
  /** When it was set, which is later than `from` if it was set with `since`. */
  setAt: v.number(),
  currency: nullableText,
  tariff: v.object({ price, times, hourly: nullableText }),
  solar,
  gramsPerKwh: v.nullable(v.number()),
  carbonSource: nullableText,
});
const documentSchema = v.object({ entries: v.optional(v.array(entrySchema), []) });

type StoredEntry = TariffEntry & { readonly setAt: number };

/** True if this version can read the document. */
export function isTariffHistory(document: Record<string, unknown>): boolean {
  return v.is(documentSchema, document);
}

/** A tariff that is changed again within this time was a mistake: the next one replaces it. */
const MISTAKE_MS = 600_000;

/**
 * The tariffs with the time from which each holds. Entries are only added, so a change of today's
 * tariff never changes what last month cost.
 */
export class TariffHistory {
  readonly #document: JsonDocument;
  #entries: readonly StoredEntry[];

  constructor(document: JsonDocument) {
    this.#document = document;
    const result = v.safeParse(documentSchema, document.read());
    this.#entries = result.success ? result.output.entries : [];
  }

  /** Oldest first. */
  get entries(): readonly TariffEntry[] {
    return this.#entries;
  }

  /**
   * Notes the settings that hold from `now` on. Changes nothing if they are what held before. The
   * first tariff may begin earlier, with the day `since`. Throws a system error if the document
   * cannot be written.
   */
  note(settings: CostSettings, now: number): void {
    const last = this.#entries.at(-1);
    const entry = entryOf(settings, now);
    if (last === undefined ? isEmpty(entry) : isSame(last, entry)) return;
    const isMistake = last !== undefined && now >= last.setAt && now - last.setAt < MISTAKE_MS;
    const kept = isMistake ? this.#entries.slice(0, -1) : this.#entries;
    const isFirst = kept.every((each) => each.currency === null);
    const from = isFirst && settings.since !== null ? startOf(settings.since, now) : now;
    // Also drops entries after `now`, which a clock that was set back left behind.
    const before = kept.filter((each) => each.from < from);
    const changed = [...before, { ...entry, from, setAt: now }];
    this.#document.write({ entries: changed });
    this.#entries = changed;
  }
}

function entryOf(settings: CostSettings, from: number): TariffEntry {
  const { currency, tariff, solar } = settings;
  const hasTariff = Object.values(tariff).some((each) => each !== null);
  const isPriced = currency !== null && hasTariff;
  const { hourly } = tariff;
  return {
    from,
    currency: isPriced ? currency : null,
    tariff: {
      price: isPriced ? tariff.price : null,
      times: isPriced ? tariff.times : null,
      hourly: isPriced && hourly !== null ? seriesKey(currency, hourly) : null,
    },
    solar,
    ...carbonOf(settings.carbon),
  };
}

function isEmpty({ currency, gramsPerKwh }: TariffEntry): boolean {
  return currency === null && gramsPerKwh === null;
}

function isSame(last: StoredEntry, next: TariffEntry): boolean {
  // The same members in the same order, with the times of `next`.
  const { currency, tariff, solar, gramsPerKwh, carbonSource } = last;
  const held = { ...next, currency, tariff, solar, gramsPerKwh, carbonSource };
  return JSON.stringify(held) === JSON.stringify(next);
}

/** The begin of a local day, but not later than `now`. */
function startOf(day: string, now: number): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return Math.min(new Date(year, month - 1, date).getTime(), now);
}
