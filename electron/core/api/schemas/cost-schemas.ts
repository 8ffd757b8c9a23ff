/** Schemas of costs and budgets, for the OpenAPI document. */
import { WEEKDAYS } from '../../../../shared/week-times.ts';
import { COST_DIMENSIONS } from '../../../../shared/cost-report.ts';
import type {
  BreakEven,
  CloudCost,
  CostFigures,
  CostReport,
  HourlySourceState,
  Saved,
  TariffView,
  UsedPrice,
} from '../../../../shared/cost-report.ts';
import * as v from 'valibot';
import { BUDGET_SCOPES, MEASURES, PERIODS } from '../../../../shared/budget-settings.ts';
import type { BudgetState } from '../../../../shared/cost.ts';
import type { ExchangeCost } from '../../cost/exchange-cost.ts';
import type { PriceListInfo } from '../../cost/price-book.ts';
import { amount, flag, integer, moment, number, shape, text } from './state-schemas.ts';
import { maybeSaid } from './sentence-schema.ts';

const known = v.nullable(number);
const name = v.nullable(text);

const usedPrice = shape<UsedPrice>()({
  model: text,
  comparedWith: v.pipe(
    name,
    v.description('The model of the price list; null for a price set by hand'),
  ),
  source: text,
  input: amount,
  cachedInput: v.nullable(amount),
  output: amount,
  reasoning: v.nullable(amount),
});
const cloud = shape<CloudCost>()({
  costUsd: number,
  prices: v.pipe(v.array(usedPrice), v.description('US dollars per million tokens')),
  pricedTokens: number,
  unpricedTokens: number,
});
const saved = shape<Saved>()({
  currency: text,
  amount: number,
  cloudCost: number,
  electricityCost: number,
  usdRate: number,
  isComplete: flag,
});
const electricity = v.array(
  v.strictObject({ currency: text, cost: number, kwh: number, meanPricePerKwh: number }),
);

const figureEntries = {
  requests: integer,
  inputTokens: number,
  cachedInputTokens: number,
  outputTokens: number,
  reasoningTokens: number,
  kwh: known,
  electricity: v.pipe(
    electricity,
    v.description('One entry for each currency: different currencies are not added'),
  ),
  unpricedKwh: number,
  isApproximate: v.pipe(
    flag,
    v.description('A part was priced with the mean price of an hour or of a day'),
  ),
  co2Grams: known,
  unknownCarbonKwh: number,
  cloud: v.nullable(cloud),
  saved: v.nullable(saved),
};
const figures = shape<CostFigures>()(figureEntries);

const breakEven = shape<BreakEven>()({
  currency: text,
  machinePrice: number,
  saved: number,
  days: number,
  savedPerDay: number,
  daysToBreakEven: known,
});

const report = shape<CostReport>()({
  from: moment,
  to: moment,
  by: v.picklist(COST_DIMENSIONS),
  rows: v.array(v.strictObject({ name, ...figureEntries })),
  omittedRows: integer,
  total: figures,
  idle: v.nullable(v.strictObject({ kwh: known, electricity, co2Grams: known })),
  breakEven: v.nullable(breakEven),
});

export const priceList = shape<PriceListInfo>()({
  kind: v.picklist(['bundled', 'imported']),
  source: text,
  date: text,
  licence: name,
  notice: name,
  models: integer,
});

const tariffEntry = shape<TariffView>()({
  from: moment,
  currency: name,
  pricePerKwh: known,
  times: v.nullable(
    v.array(
      v.strictObject({ days: v.array(v.picklist(WEEKDAYS)), from: text, to: text, price: number }),
    ),
  ),
  isHourly: flag,
  solar: v.nullable(
    v.strictObject({
      price: number,
      share: number,
      hours: v.array(v.strictObject({ days: v.array(v.picklist(WEEKDAYS)), from: text, to: text })),
    }),
  ),
  gramsPerKwh: known,
  carbonSource: name,
});

const hourlyPrices = shape<HourlySourceState>()({
  status: v.picklist(['off', 'starting', 'ok', 'failing']),
  message: name,
  messageSentence: maybeSaid,
  lastSuccessAt: v.nullable(moment),
  knownUntil: v.nullable(moment),
});

export const costAnswer = v.strictObject({
  ...report.entries,
  inputs: v.strictObject({
    currency: name,
    usdRate: known,
    machinePrice: known,
    tariffs: v.pipe(
      v.array(tariffEntry),
      v.description('The tariffs that held in the range, each from its time on'),
    ),
    hourlyPrices,
    priceList: v.omit(priceList, ['notice']),
  }),
});

export const exchangeCost = shape<ExchangeCost>()({
  kwh: known,
  electricity: v.nullable(
    v.strictObject({ currency: text, cost: number, pricePerKwh: number, isMean: flag }),
  ),
  co2Grams: known,
  gramsPerKwh: known,
  cloud: v.nullable(cloud),
  saved: v.nullable(saved),
});

export const budgetState = shape<BudgetState>()({
  name: text,
  measure: v.picklist(MEASURES),
  period: v.picklist(PERIODS),
  scope: v.picklist(BUDGET_SCOPES),
  subject: name,
  amount: number,
  hardStop: flag,
  currency: name,
  used: known,
  share: known,
  startedAt: moment,
  resetsAt: moment,
  isStopped: flag,
});
