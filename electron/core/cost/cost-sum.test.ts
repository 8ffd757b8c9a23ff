import { describe, expect, it } from 'vitest';
import { CostSum } from './cost-sum.ts';
import type { Addend } from './cost-sum.ts';

const KWH = 3_600_000;
const EUR = { currency: 'EUR', usdRate: 0.9 };

function addend(given: {
  readonly kwh?: number;
  readonly tokens?: number;
  readonly price?: Partial<Addend['price']>;
  readonly model?: string;
  readonly found?: Addend['found'];
}): Addend {
  const { kwh = 0, tokens = 0, price = {}, model = 'qwen3', found = null } = given;
  return {
    sums: {
      model,
      requests: 1,
      energyJoules: kwh * KWH,
      inputTokens: tokens,
      cachedInputTokens: 0,
      outputTokens: tokens,
      reasoningTokens: 0,
    },
    price: { currency: 'EUR', perKwh: 0.3, gramsPerKwh: 400, isMean: false, ...price },
    found,
  };
}

const FOUND = {
  price: { input: 1, cachedInput: null, output: 4, reasoning: null },
  comparedWith: 'openai/gpt',
  source: 'a list, 2026-09-23',
};

function sumOf(...addends: readonly Addend[]): CostSum {
  const sum = new CostSum();
  addends.forEach((each) => sum.add(each));
  return sum;
}

describe('the sums of costs', () => {
  it('says that what was saved is incomplete if compared requests have no energy', () => {
    const measured = addend({ kwh: 1, tokens: 1_000, found: FOUND });
    const unmeasured = addend({ tokens: 1_000, found: FOUND });
    expect(sumOf(measured).figures(EUR).saved?.isComplete).toBe(true);
    expect(sumOf(measured, unmeasured).figures(EUR).saved?.isComplete).toBe(false);
    expect(sumOf(measured, addend({ tokens: 1_000 })).figures(EUR).saved?.isComplete).toBe(true);
  });

  it('multiplies each hour’s energy by that hour’s price', () => {
    const figures = sumOf(
      addend({ kwh: 2, price: { perKwh: 0.3 } }),
      addend({ kwh: 1, price: { perKwh: 0.6, gramsPerKwh: 100, isMean: true } }),
    ).figures(EUR);
    expect(figures).toMatchObject({
      requests: 2,
      kwh: 3,
      electricity: [{ currency: 'EUR', cost: 1.2, kwh: 3, meanPricePerKwh: 0.4 }],
      unpricedKwh: 0,
      isApproximate: true,
      co2Grams: 900,
      cloud: null,
      saved: null,
    });
  });

  it('does not add different currencies, and keeps unpriced energy apart', () => {
    const figures = sumOf(
      addend({ kwh: 1 }),
      addend({ kwh: 1, price: { currency: 'SEK', perKwh: 2 } }),
      addend({ kwh: 0.5, price: { currency: null, perKwh: null, gramsPerKwh: null } }),
    ).figures(EUR);
    expect(figures.electricity.map(({ currency, cost }) => [currency, cost])).toEqual([
      ['EUR', 0.3],
      ['SEK', 2],
    ]);
    expect(figures).toMatchObject({ kwh: 2.5, unpricedKwh: 0.5, unknownCarbonKwh: 0.5 });
  });

  it('says unknown, not 0, without energy', () => {
    expect(sumOf(addend({ tokens: 5 })).figures(EUR)).toMatchObject({
      kwh: null,
      electricity: [],
      co2Grams: null,
    });
  });

  it('compares only the models that have a price, with their own energy', () => {
    const figures = sumOf(
      addend({ kwh: 1, tokens: 1_000_000, found: FOUND }),
      addend({ kwh: 5, tokens: 70, model: 'other' }),
    ).figures(EUR);
    expect(figures.cloud).toEqual({
      costUsd: 5,
      pricedTokens: 2_000_000,
      unpricedTokens: 140,
      prices: [
        {
          model: 'qwen3',
          comparedWith: 'openai/gpt',
          source: 'a list, 2026-09-23',
          ...FOUND.price,
        },
      ],
    });
    // 5 dollars at 0.9, less 1 kWh at 0.30.
    expect(figures.saved).toEqual({
      currency: 'EUR',
      amount: 4.2,
      cloudCost: 4.5,
      electricityCost: 0.3,
      usdRate: 0.9,
      isComplete: true,
    });
  });

  it('knows no saving without a rate of the dollar or without the energy', () => {
    const compared = addend({ kwh: 1, tokens: 1_000, found: FOUND });
    expect(sumOf(compared).figures({ currency: 'EUR', usdRate: null }).saved).toBeNull();
    expect(sumOf(compared).figures({ currency: null, usdRate: 1 }).saved).toBeNull();
    expect(sumOf(addend({ tokens: 9, found: FOUND })).figures(EUR).saved).toBeNull();
    const unpriced = addend({ kwh: 1, found: FOUND, price: { perKwh: null } });
    expect(sumOf(compared, unpriced).figures(EUR).saved).toMatchObject({ isComplete: false });
  });
});
