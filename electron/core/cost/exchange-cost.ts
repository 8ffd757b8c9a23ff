import type { CloudCost, ElectricityCost, Saved } from '../../../shared/cost-report.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { CostSum } from './cost-sum.ts';
import type { Exchange } from './cost-sum.ts';
import type { FoundPrice } from './price-book.ts';
import { HOUR_MS } from './tariff.ts';
import type { Price, Prices } from './tariff.ts';

/** What one exchange cost. Unknown is null; energy is always an estimate. */
export interface ExchangeCost {
  readonly kwh: number | null;
  /** Null if its energy or the price at its time is unknown. */
  readonly electricity: {
    readonly currency: string;
    readonly cost: number;
    readonly pricePerKwh: number;
    /** True if the price changed within the hour, so that it is the hour's mean. */
    readonly isMean: boolean;
  } | null;
  readonly co2Grams: number | null;
  readonly gramsPerKwh: number | null;
  /** Null without a price of the model, and if its tokens are not known. */
  readonly cloud: CloudCost | null;
  readonly saved: Saved | null;
}

const NOTHING: ExchangeCost = {
  kwh: null,
  electricity: null,
  co2Grams: null,
  gramsPerKwh: null,
  cloud: null,
  saved: null,
};

/** Computes the cost of an exchange at the price of the hour in which it ended, as sums do. */
export function exchangeCost(
  record: ActivityRecord,
  prices: Prices,
  found: FoundPrice | null,
  exchange: Exchange,
): ExchangeCost {
  if (!record.inference) return NOTHING;
  const price = prices.ofHour(Math.floor(record.completedAt / HOUR_MS));
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = record.usage;
  const sum = new CostSum();
  sum.add({
    sums: {
      model: record.countedModel,
      requests: 1,
      energyJoules: record.energyJoules ?? 0,
      inputTokens: inputTokens ?? 0,
      cachedInputTokens: cachedInputTokens ?? 0,
      outputTokens: outputTokens ?? 0,
      reasoningTokens: reasoningTokens ?? 0,
    },
    price,
    found: inputTokens === null || outputTokens === null ? null : found,
  });
  const { kwh, electricity, co2Grams, cloud, saved } = sum.figures(exchange);
  return {
    kwh,
    electricity: electricityOf(electricity, price),
    co2Grams,
    gramsPerKwh: price.gramsPerKwh,
    cloud,
    saved,
  };
}

function electricityOf(
  [own]: readonly ElectricityCost[],
  { perKwh, isMean }: Price,
): ExchangeCost['electricity'] {
  if (own === undefined) return null;
  const { currency, cost, meanPricePerKwh } = own;
  return { currency, cost, pricePerKwh: perKwh ?? meanPricePerKwh, isMean };
}
