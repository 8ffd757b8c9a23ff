/** Reads lists of electricity prices by time: CSV or JSON. Pure. `docs/cost.md` has the formats. */
import type { HourlySettings } from '../../../shared/cost-settings.ts';
import { englishOf, sentenceOf } from '../../../shared/sentences.ts';
import type { Message, Sentence } from '../../../shared/sentences.ts';
import { HOUR_MS } from './tariff.ts';

/** A price per kWh of each hour (hours since 1970, UTC). */
export type HourPrices = ReadonlyMap<number, number>;

/** How a list is to be read. */
export type PriceRules = Pick<
  HourlySettings,
  'per' | 'timeField' | 'priceField' | 'surcharge' | 'taxRate'
>;

/** A fault of the list: one sentence that says what is wrong and what is needed. */
export class PriceListFault extends Error {
  readonly said: Sentence | null;

  constructor(message: Message) {
    super(englishOf(message));
    this.said = sentenceOf(message);
  }
}

/** Most points: more than a year of quarters of an hour. */
const MAX_POINTS = 50_000;
/** Unix times above this are milliseconds; as seconds it would be the year 5138. */
const MILLISECONDS_FROM = 100_000_000_000;

interface Point {
  readonly time: unknown;
  readonly price: unknown;
}

/**
 * Returns the prices by hour. Several prices of one hour (quarters of an hour) become their mean.
 * Throws a PriceListFault.
 */
export function parseHourlyPrices(text: string, rules: PriceRules): HourPrices {
  const content = text.replace(/^\uFEFF/, '').trim();
  if (content === '') throw new PriceListFault('The list of prices is empty.');
  const points = /^[[{]/.test(content) ? jsonPoints(content, rules) : csvPoints(content, rules);
  if (points.length === 0) throw new PriceListFault('The list of prices has no rows.');
  if (points.length > MAX_POINTS) {
    throw new PriceListFault(`The list has more than ${MAX_POINTS} prices; give it fewer days.`);
  }
  const hours = new Map<number, number[]>();
  for (const [index, { time, price }] of points.entries()) {
    const at = timeOf(time);
    const value = priceOf(price);
    if (at === null) throw new PriceListFault(`Price ${index + 1} has no time: ${shown(time)}.`);
    if (value === null) {
      throw new PriceListFault(`Price ${index + 1} is not a number: ${shown(price)}.`);
    }
    const hour = Math.floor(at / HOUR_MS);
    hours.set(hour, [...(hours.get(hour) ?? []), value]);
  }
  return new Map([...hours].map(([hour, values]) => [hour, finalPrice(values, rules)] as const));
}

function finalPrice(values: readonly number[], { per, surcharge, taxRate }: PriceRules): number {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const price = (mean / (per === 'MWh' ? 1_000 : 1) + surcharge) * (1 + taxRate);
  // Dividing by 1,000 leaves digits that were never in the list.
  return Number(price.toPrecision(12));
}

/** An array of objects, such an array inside an object, or an object with two arrays. */
function jsonPoints(text: string, { timeField, priceField }: PriceRules): Point[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new PriceListFault('The list of prices is not valid JSON.');
  }
  if (isObject(document)) {
    const [times, prices] = [document[timeField], document[priceField]];
    if (Array.isArray(times) && Array.isArray(prices)) {
      if (times.length !== prices.length) {
        throw new PriceListFault(`"${timeField}" and "${priceField}" have different lengths.`);
      }
      return times.map((time: unknown, index) => ({ time, price: prices[index] as unknown }));
    }
  }
  const rows = Array.isArray(document)
    ? (document as unknown[])
    : isObject(document)
      ? Object.values(document).find((each) => Array.isArray(each) && each.some(isObject))
      : undefined;
  if (!Array.isArray(rows)) {
    throw new PriceListFault('The JSON has no list of objects with a time and a price.');
  }
  return rows.map((row: unknown, index) => {
    if (isObject(row) && timeField in row && priceField in row) {
      return { time: row[timeField], price: row[priceField] };
    }
    throw new PriceListFault(
      `Entry ${index + 1} has no "${timeField}" or no "${priceField}"; name its fields with timeField and priceField.`,
    );
  });
}

/** The first line may name the columns; without names, they are time and price in this order. */
function csvPoints(text: string, { timeField, priceField }: PriceRules): Point[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const [first = ''] = lines;
  const delimiter = [';', '\t', ','].find((each) => first.includes(each));
  if (delimiter === undefined) {
    throw new PriceListFault('The list is neither JSON nor CSV: its first line has no , or ;.');
  }
  const cells = lines.map((line) => line.split(delimiter).map(unquoted));
  const names = cells[0] ?? [];
  const hasNames = timeOf(names[0]) === null;
  const [time, price] = hasNames ? [names.indexOf(timeField), names.indexOf(priceField)] : [0, 1];
  if (time === -1 || price === -1) {
    throw new PriceListFault(
      `The first line names no column "${time === -1 ? timeField : priceField}"; it names ${names.join(', ').slice(0, 200)}.`,
    );
  }
  // A comma in a number is a decimal comma if it does not separate columns.
  const number = (text: string | undefined): string | undefined =>
    delimiter === ',' ? text : text?.replace(',', '.');
  return (hasNames ? cells.slice(1) : cells).map((row) => ({
    time: row[time],
    price: number(row[price]),
  }));
}

function unquoted(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/, '$1');
}

/** ISO 8601, with local time if it names no zone; or Unix seconds or milliseconds. */
function timeOf(given: unknown): number | null {
  const text = typeof given === 'number' ? String(given) : given;
  if (typeof text !== 'string') return null;
  if (/^\d{9,13}$/.test(text)) {
    const number = Number(text);
    return number < MILLISECONDS_FROM ? number * 1_000 : number;
  }
  // A date alone would be read as UTC, and a price has an hour.
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return null;
  const at = Date.parse(text.replace(' ', 'T').replace(/ (?=[+-])/, ''));
  return Number.isNaN(at) ? null : at;
}

function priceOf(given: unknown): number | null {
  if (typeof given === 'number') return Number.isFinite(given) ? given : null;
  if (typeof given !== 'string' || given.trim() === '') return null;
  const value = Number(given);
  return Number.isFinite(value) ? value : null;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
