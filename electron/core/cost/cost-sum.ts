/** Adds up what energy and tokens cost, and shows the sums with their inputs. Pure. */
import type { CloudCost, CostFigures, Saved, TokenCounts } from '../../../shared/cost-report.ts';
import type { EnergyHour } from '../records/ledger/energy-hours.ts';
import { NO_MONEY, money, unitsOf } from './money.ts';
import type { Money } from './money.ts';
import type { FoundPrice } from './price-book.ts';
import type { Price } from './tariff.ts';
import { costOfTokens } from './token-prices.ts';

export const JOULES_PER_KWH = 3_600_000;

/** The money that figures are shown in. */
export interface Exchange {
  /** Null if none is set. */
  readonly currency: string | null;
  /** How much of the currency a US dollar is; null if unknown. */
  readonly usdRate: number | null;
}

/** Energy and tokens to add, with their prices. */
export interface Addend {
  readonly sums: Omit<EnergyHour, 'hour' | 'name'>;
  readonly price: Pick<Price, 'currency' | 'perKwh' | 'gramsPerKwh' | 'isMean'>;
  readonly found: FoundPrice | null;
}

interface InCurrency {
  cost: Money;
  joules: number;
  /** The part that belongs to models with a price of tokens. */
  compared: Money;
}

/** The sum of one row of a report. */
export class CostSum {
  readonly #electricity = new Map<string, InCurrency>();
  readonly #found = new Map<string, FoundPrice>();
  readonly #tokens = {
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
  };
  #requests = 0;
  #joules = 0;
  #pricedJoules = 0;
  #unpricedCompared = 0;
  /** True if requests that are compared have no known energy. */
  #isUnmeasured = false;
  #carbonJoules = 0;
  #grams = 0;
  #isApproximate = false;
  #cloud = NO_MONEY;
  #pricedTokens = 0;
  #unpricedTokens = 0;

  add({ sums, price, found }: Addend): void {
    this.#requests += sums.requests;
    for (const key of Object.keys(this.#tokens) as (keyof TokenCounts)[]) {
      this.#tokens[key] += sums[key];
    }
    this.#addTokens(sums, found);
    if (sums.energyJoules > 0) this.#addEnergy(sums.energyJoules, price, found !== null);
    else if (found !== null && sums.requests > 0) this.#isUnmeasured = true;
  }

  /** Returns the figures, with amounts of money as numbers. */
  figures(exchange: Exchange): CostFigures {
    return {
      requests: this.#requests,
      ...this.#tokens,
      kwh: this.#joules === 0 ? null : this.#joules / JOULES_PER_KWH,
      electricity: [...this.#electricity].map(([currency, { cost, joules }]) => ({
        currency,
        cost: unitsOf(cost),
        kwh: joules / JOULES_PER_KWH,
        meanPricePerKwh: (unitsOf(cost) * JOULES_PER_KWH) / joules,
      })),
      unpricedKwh: (this.#joules - this.#pricedJoules) / JOULES_PER_KWH,
      isApproximate: this.#isApproximate,
      co2Grams: this.#carbonJoules === 0 ? null : this.#grams,
      unknownCarbonKwh: (this.#joules - this.#carbonJoules) / JOULES_PER_KWH,
      cloud: this.#cloudCost(),
      saved: this.#saved(exchange),
    };
  }

  #addTokens(sums: Addend['sums'], found: FoundPrice | null): void {
    const tokens = sums.inputTokens + sums.outputTokens;
    if (found === null) {
      this.#unpricedTokens += tokens;
      return;
    }
    this.#pricedTokens += tokens;
    this.#cloud += costOfTokens(sums, found.price);
    this.#found.set(sums.model ?? '', found);
  }

  #addEnergy(joules: number, price: Addend['price'], isCompared: boolean): void {
    this.#joules += joules;
    const kwh = joules / JOULES_PER_KWH;
    if (price.gramsPerKwh !== null) {
      this.#carbonJoules += joules;
      this.#grams += kwh * price.gramsPerKwh;
    }
    const { currency, perKwh } = price;
    if (currency === null || perKwh === null) {
      this.#unpricedCompared += isCompared ? joules : 0;
      return;
    }
    this.#pricedJoules += joules;
    this.#isApproximate ||= price.isMean;
    const cost = money(kwh * perKwh);
    const sum = this.#electricity.get(currency) ?? { cost: 0n, joules: 0, compared: 0n };
    sum.cost += cost;
    sum.joules += joules;
    if (isCompared) sum.compared += cost;
    this.#electricity.set(currency, sum);
  }

  #cloudCost(): CloudCost | null {
    if (this.#found.size === 0) return null;
    const prices = [...this.#found].map(([model, { price, comparedWith, source }]) => ({
      model,
      comparedWith,
      source,
      ...price,
    }));
    return {
      costUsd: unitsOf(this.#cloud),
      prices: prices.sort((a, b) => a.model.localeCompare(b.model)),
      pricedTokens: this.#pricedTokens,
      unpricedTokens: this.#unpricedTokens,
    };
  }

  /** Null without a currency and its rate, and if the electricity has no cost in that currency. */
  #saved({ currency, usdRate }: Exchange): Saved | null {
    const spent = currency === null ? undefined : this.#electricity.get(currency);
    if (currency === null || usdRate === null || spent === undefined || this.#found.size === 0) {
      return null;
    }
    const cloud = money(unitsOf(this.#cloud) * usdRate);
    const others = [...this.#electricity].some(
      ([each, { compared }]) => each !== currency && compared !== 0n,
    );
    return {
      currency,
      amount: unitsOf(cloud - spent.compared),
      cloudCost: unitsOf(cloud),
      electricityCost: unitsOf(spent.compared),
      usdRate,
      isComplete: this.#unpricedCompared === 0 && !this.#isUnmeasured && !others,
    };
  }
}
