import { Hono } from 'hono';
import * as v from 'valibot';
import { COST_DIMENSIONS } from '../../../../shared/cost-report.ts';
import { sentence } from '../../../../shared/sentences.ts';
import type { Message } from '../../../../shared/sentences.ts';
import { toWire } from '../../../../shared/wire.ts';
import { CARBON_TABLE } from '../../cost/carbon.ts';
import type { Costs } from '../../cost/costs.ts';
import { PriceImportFault, parsePriceList } from '../../cost/price-lists.ts';
import type { TariffEntry } from '../../cost/tariff.ts';
import { TokwattError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { BACKWARD, isForward } from '../../records/ledger/ranges.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import { budgetState, costAnswer, priceList } from '../schemas/cost-schemas.ts';
import { integer, text } from '../schemas/state-schemas.ts';

const MAX_DAYS = 400;
const DAY_MS = 86_400_000;

const moment = v.pipe(v.number(), v.integer(), v.minValue(0));
const querySchema = v.pipe(
  v.strictObject({
    from: v.pipe(moment, v.description('Unix milliseconds')),
    to: v.pipe(moment, v.description('Unix milliseconds, exclusive')),
    by: v.optional(v.picklist(COST_DIMENSIONS), 'model'),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);

/** Routes for costs, budgets and prices of tokens. */
export function costRoutes(costs: Costs, settings: SettingsStore, log: Log): Hono {
  const app = new Hono();
  app.get('/cost', DESCRIBED.cost, async (c) => {
    const { from, to, by } = checked(querySchema, queryOf(c, { numbers: ['from', 'to'] }));
    if (to - from > MAX_DAYS * DAY_MS) {
      throw badRequest(`from: a report covers at most ${MAX_DAYS} days.`);
    }
    const report = await costs.report({ from, to, by });
    const { currency, usdRate, machinePrice } = settings.current.cost;
    const { kind, source, date, licence, models } = costs.book.list;
    const inputs = {
      currency,
      usdRate: currency === 'USD' ? 1 : usdRate,
      machinePrice,
      tariffs: costs.tariffsIn(from, to).map(viewTariff),
      hourlyPrices: costs.hourlyPrices,
      priceList: { kind, source, date, licence, models },
    };
    return c.json(toWire({ ...report, inputs }));
  });
  app.get('/budgets', DESCRIBED.budgets, (c) => c.json(toWire({ budgets: costs.budgets })));
  addPrices(app, costs, log);
  return app;
}

function addPrices(app: Hono, { book }: Costs, log: Log): void {
  const view = (): object => ({
    list: book.list,
    names: book.names,
    unknown: book.unknown,
    carbon: CARBON_TABLE,
  });
  app.get('/prices', DESCRIBED.prices, (c) => c.json(toWire(view())));
  app.post('/prices/import', DESCRIBED.import, async (c) => {
    const parsed = readList(await c.req.text());
    const list = saved(() => book.import(parsed, Date.now()));
    log.info({ format: parsed.format, models: list.models }, 'token prices were imported');
    return c.json(toWire({ list, skipped: parsed.skipped, unknown: book.unknown }));
  });
  app.delete('/prices', DESCRIBED.reset, (c) => {
    const list = saved(() => book.reset());
    log.info({}, 'imported token prices were removed');
    return c.json(toWire({ list }));
  });
}

function readList(text: string): ReturnType<typeof parsePriceList> {
  try {
    return parsePriceList(text);
  } catch (error) {
    if (error instanceof PriceImportFault) throw badRequest(error.said);
    throw error;
  }
}

function saved<Result>(save: () => Result): Result {
  try {
    return save();
  } catch (cause) {
    const message = sentence('prices_unsaved');
    throw new TokwattError('file', message, { status: 500, cause });
  }
}

function badRequest(message: Message): TokwattError {
  return new TokwattError('bad_request', message, { status: 400 });
}

/** A tariff as inputs show it. The key of hourly prices has the address, which may be private. */
function viewTariff(entry: TariffEntry): object {
  const { from, currency, tariff, solar, gramsPerKwh, carbonSource } = entry;
  const { price, times, hourly } = tariff;
  const prices = { pricePerKwh: price, times, isHourly: hourly !== null };
  return { from, currency, ...prices, solar, gramsPerKwh, carbonSource };
}

const cost = { tag: 'cost', problems: [503] } as const;
const DESCRIBED = {
  cost: described({
    ...cost,
    summary: 'What the energy of a range cost, and what its tokens would have cost in a cloud',
    description:
      'Costs are computed from the energy of each hour and the tariff that held in it. Energy is always an estimate. `saved` and `break_even` compare only models that have a price.',
    query: querySchema,
    answer: costAnswer,
  }),
  budgets: described({
    tag: 'cost',
    summary: 'How far each budget is used up',
    answer: v.strictObject({ budgets: v.array(budgetState) }),
  }),
  prices: described({
    tag: 'cost',
    summary: 'The list of token prices in use, and the names in it',
    description:
      '`unknown` are the models of `cost.compare` that are not in the list. `carbon` is the bundled table of countries.',
    answer: v.strictObject({
      list: priceList,
      names: v.array(text),
      unknown: v.array(text),
      carbon: v.strictObject({
        source: text,
        date: text,
        licence: text,
        licenceUrl: text,
        unit: text,
      }),
    }),
  }),
  import: described({
    tag: 'cost',
    summary: 'Replace the list of token prices',
    description:
      "The body is LiteLLM's `model_prices_and_context_window.json` or the `api.json` of models.dev, at most 8 MB.",
    body: { json: { type: 'object' } },
    answer: v.strictObject({ list: priceList, skipped: integer, unknown: v.array(text) }),
  }),
  reset: described({
    tag: 'cost',
    summary: 'Return to the bundled list of token prices',
    answer: v.strictObject({ list: priceList }),
  }),
};
