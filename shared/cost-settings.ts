/** What electricity and tokens cost: the section `cost` of the settings. */
import * as v from 'valibot';
import { secretHeaders } from './addresses.ts';
import { weekFault, weekTimeEntries } from './week-times.ts';

const MAX_ROWS = 100;
const MAX_PATTERNS = 500;

const amount = v.pipe(
  v.number('must be a number'),
  v.finite('must be a number'),
  v.minValue(-1_000, 'must be at least -1000'),
  v.maxValue(1_000_000, 'must be at most 1000000'),
);
const notNegative = v.pipe(amount, v.minValue(0, 'must not be negative'));
const field = v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(100));

/** An https address, or an http one of this machine. It may have a query. */
const priceUrl = v.pipe(
  v.string(),
  v.maxLength(2_000),
  v.url('must be an https:// address, or an http:// address of this machine'),
  v.regex(/^[^@#]+$/, 'must have no user name, password or fragment'),
  v.regex(
    /^(?:https:\/\/|http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?:[:/?]|$))/i,
    'must be an https:// address, or an http:// address of this machine',
  ),
);

/** Prices by the hour. `docs/cost.md` describes the formats. */
const hourly = v.pipe(
  v.object({
    /** An absolute path. It is watched. */
    file: v.optional(v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(4_000))), null),
    url: v.optional(v.nullable(priceUrl), null),
    headers: v.optional(secretHeaders, {}),
    /** The energy that a price is for. */
    per: v.optional(v.picklist(['kWh', 'MWh'], 'must be kWh or MWh'), 'kWh'),
    timeField: v.optional(field, 'time'),
    priceField: v.optional(field, 'price'),
    /** Added to each price, per kWh: fees and taxes that the exchange price does not contain. */
    surcharge: v.optional(amount, 0),
    /** The last step: 0.25 adds 25 % of value added tax. */
    taxRate: v.optional(v.pipe(notNegative, v.maxValue(10, 'must be at most 10')), 0),
  }),
  v.check(
    ({ file, url }) => (file === null) !== (url === null),
    'needs either a file or a url; set the other one to null',
  ),
);

const times = v.pipe(
  v.array(v.object({ ...weekTimeEntries, price: amount }), 'must be a list of rows'),
  v.minLength(1, 'must have a row'),
  v.maxLength(MAX_ROWS, `must be at most ${MAX_ROWS} rows`),
  v.rawCheck(({ dataset, addIssue }) => {
    const fault = dataset.typed ? weekFault(dataset.value) : null;
    if (fault !== null) addIssue({ message: fault });
  }),
);

const tariff = v.pipe(
  v.object({
    /** One price per kWh at all times. */
    price: v.optional(v.nullable(amount), null),
    /** Prices per kWh by weekday and time of day. */
    times: v.optional(v.nullable(times), null),
    hourly: v.optional(v.nullable(hourly), null),
  }),
  v.check(
    (given) => Object.values(given).filter((each) => each !== null).length <= 1,
    'takes one of price, times and hourly; set the others to null',
  ),
);

/** Energy of one's own solar panels, which costs what the grid would have paid for it. */
const solar = v.pipe(
  v.object({
    /** Per kWh: the feed-in tariff that is lost; 0 if there is none. */
    price: notNegative,
    /** The part of the energy that is solar in these hours, 0 to 1. */
    share: v.optional(v.pipe(notNegative, v.maxValue(1, 'must be at most 1')), 1),
    /** When it holds; always unless given. */
    hours: v.optional(
      v.pipe(
        v.array(v.object(weekTimeEntries), 'must be a list of rows'),
        v.maxLength(MAX_ROWS, `must be at most ${MAX_ROWS} rows`),
      ),
      [],
    ),
  }),
  v.check(
    ({ share, hours }) => share < 1 || hours.length > 0,
    'needs hours, or a share below 1: otherwise no energy would come from the grid',
  ),
);

const carbon = v.pipe(
  v.object({
    /** CO2 equivalent per kWh. */
    gramsPerKwh: v.optional(v.nullable(notNegative), null),
    /** A country of the bundled table, by its ISO 3166-1 code of three letters. */
    country: v.optional(
      v.nullable(
        v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be a code of three letters, such as DEU')),
      ),
      null,
    ),
  }),
  v.check(
    ({ gramsPerKwh, country }) => gramsPerKwh === null || country === null,
    'takes gramsPerKwh or a country; set the other one to null',
  ),
);

/** A name of models in which `*` stands for any characters. */
const pattern = v.pipe(
  v.string('must be the name of a model; * stands for any characters'),
  v.minLength(1, 'must not be empty'),
  v.maxLength(200),
);

const modelPrice = v.object({
  model: pattern,
  input: notNegative,
  /** Null: as `input`. */
  cachedInput: v.optional(v.nullable(notNegative), null),
  output: notNegative,
  /** Null: as `output`. */
  reasoning: v.optional(v.nullable(notNegative), null),
  /** What the prices are for. */
  per: v.optional(v.picklist(['million', 'token'], 'must be million or token'), 'million'),
});

export const costSchema = v.object({
  /** Of the electricity and the machine; ISO 4217. */
  currency: v.optional(
    v.nullable(
      v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be a code of three letters, such as EUR')),
    ),
    null,
  ),
  tariff: v.optional(tariff, {}),
  solar: v.optional(v.nullable(solar), null),
  carbon: v.optional(carbon, {}),
  /** The first day for which the first tariff holds; null: from when it was set. */
  since: v.optional(
    v.nullable(v.pipe(v.string(), v.isoDate('must be a day, written as 2026-11-21'))),
    null,
  ),
  machinePrice: v.optional(v.nullable(notNegative), null),
  /** How much of `currency` a US dollar is, because lists of token prices are in dollars. */
  usdRate: v.optional(
    v.nullable(v.pipe(amount, v.minValue(0.000001, 'must be more than 0'))),
    null,
  ),
  /** Prices of tokens set by hand, US dollars. The first pattern that matches counts. */
  prices: v.optional(v.pipe(v.array(modelPrice, 'must be a list'), v.maxLength(MAX_PATTERNS)), []),
  /** Which model of a price list to compare a local model with. The first match counts. */
  compare: v.optional(
    v.pipe(
      v.array(v.object({ model: pattern, with: field }), 'must be a list'),
      v.maxLength(MAX_PATTERNS),
    ),
    [],
  ),
});

export type CostSettings = v.InferOutput<typeof costSchema>;
export type TariffSettings = CostSettings['tariff'];
export type HourlySettings = NonNullable<TariffSettings['hourly']>;
export type ModelPriceSetting = CostSettings['prices'][number];
