/** What the energy of a range cost, and what its tokens would have cost in a cloud. */
import type { WeekTime } from './week-times.ts';
import type { Sentence } from './sentences.ts';

/** What the rows of a report are by. */
export const COST_DIMENSIONS = ['model', 'client', 'key', 'upstream', 'day'] as const;
export type CostDimension = (typeof COST_DIMENSIONS)[number];

/** Prices in US dollars per million tokens. */
export interface TokenPrice {
  readonly input: number;
  /** Null: as `input`. */
  readonly cachedInput: number | null;
  readonly output: number;
  /** Null: as `output`. */
  readonly reasoning: number | null;
}

/** Counts of tokens as rows and sums have them: parts are contained in their whole. */
export interface TokenCounts {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

/** The cost of electricity in one currency. */
export interface ElectricityCost {
  readonly currency: string;
  readonly cost: number;
  /** The energy that has this cost. */
  readonly kwh: number;
  /** Cost by energy: the mean price that was paid. */
  readonly meanPricePerKwh: number;
}

/** What the tokens of some models would have cost in a cloud. */
export interface CloudCost {
  readonly costUsd: number;
  /** The prices that were used, by local model. */
  readonly prices: readonly UsedPrice[];
  /** Input and output tokens that have a price. */
  readonly pricedTokens: number;
  /** Tokens of models without a price, which are not in the cost. */
  readonly unpricedTokens: number;
}

/** US dollars per million tokens. */
export interface UsedPrice extends TokenPrice {
  readonly model: string;
  readonly comparedWith: string | null;
  readonly source: string;
}

/** The cloud's cost less that of the electricity, of the models that have a price. */
export interface Saved {
  readonly currency: string;
  readonly amount: number;
  readonly cloudCost: number;
  readonly electricityCost: number;
  /** How much of the currency a US dollar is. */
  readonly usdRate: number;
  /** False if some of these models' energy has no cost, because it has no price. */
  readonly isComplete: boolean;
}

/** The figures of one row of a report. Unknown is null. */
export interface CostFigures extends TokenCounts {
  readonly requests: number;
  /** Null if no exchange has a known energy. Always an estimate. */
  readonly kwh: number | null;
  /** One entry for each currency; amounts of different currencies are not added. */
  readonly electricity: readonly ElectricityCost[];
  /** Energy without a price at its time. */
  readonly unpricedKwh: number;
  /** True if a part was priced with a mean over an hour or a day. */
  readonly isApproximate: boolean;
  /** Null if no energy has a figure of carbon. */
  readonly co2Grams: number | null;
  /** Energy without a figure of carbon at its time. */
  readonly unknownCarbonKwh: number;
  /** Null if no model has a price. */
  readonly cloud: CloudCost | null;
  readonly saved: Saved | null;
}

/** When the machine has paid for itself, at the pace of a range. */
export interface BreakEven {
  readonly currency: string;
  readonly machinePrice: number;
  /** What was saved in the range, and its length in days; a shorter range counts as one. */
  readonly saved: number;
  readonly days: number;
  readonly savedPerDay: number;
  /** Days of such use that pay for the machine; null if nothing is saved. */
  readonly daysToBreakEven: number | null;
}

/** How the source of hourly prices does. */
export interface HourlySourceState {
  /** `off`: no hourly prices are set. `starting`: nothing was read yet. */
  readonly status: 'off' | 'starting' | 'ok' | 'failing';
  readonly message: string | null;
  readonly messageSentence: Sentence | null;
  readonly lastSuccessAt: number | null;
  /** The end of the last hour with a price, Unix milliseconds. */
  readonly knownUntil: number | null;
}

export interface CostRow extends CostFigures {
  /** Null for exchanges without a name. */
  readonly name: string | null;
}

export interface CostReport {
  /** Unix milliseconds; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly by: CostDimension;
  /** The largest first; days in their order. */
  readonly rows: readonly CostRow[];
  /** Rows that were left out, because there are too many. They are in the total. */
  readonly omittedRows: number;
  readonly total: CostFigures;
  /** What the idle GPUs cost; null if it is not measured. */
  readonly idle: Pick<CostFigures, 'kwh' | 'electricity' | 'co2Grams'> | null;
  readonly breakEven: BreakEven | null;
}

/** A tariff, in force from a time on until the next one. */
export interface TariffView {
  readonly from: number;
  readonly currency: string | null;
  /** One price at all times; null for the others. */
  readonly pricePerKwh: number | null;
  readonly times: readonly (WeekTime & { readonly price: number })[] | null;
  readonly isHourly: boolean;
  readonly solar: {
    readonly price: number;
    readonly share: number;
    readonly hours: readonly WeekTime[];
  } | null;
  readonly gramsPerKwh: number | null;
  readonly carbonSource: string | null;
}

/** What the figures of a report rest on. */
export interface CostInputs {
  readonly currency: string | null;
  /** How much of the currency a US dollar is; null if unknown. */
  readonly usdRate: number | null;
  readonly machinePrice: number | null;
  /** The tariffs that held in the range, the oldest first. */
  readonly tariffs: readonly TariffView[];
  readonly hourlyPrices: HourlySourceState;
}

/** The answer to `/api/cost`. */
export interface CostAnswer extends CostReport {
  readonly inputs: CostInputs;
}
