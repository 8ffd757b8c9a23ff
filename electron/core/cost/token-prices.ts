/** What tokens cost in a cloud, in US dollars. Pure. */
import type { TokenCounts, TokenPrice } from '../../../shared/cost-report.ts';
import type { ModelPriceSetting } from '../../../shared/cost-settings.ts';
import { sumOf, timesTokens } from './money.ts';
import type { Money } from './money.ts';

const MILLION = 1_000_000;

/**
 * Returns what the tokens cost at the price. A part that is larger than its whole, which sums with
 * unknown counts can have, counts as the whole.
 */
export function costOfTokens(counts: TokenCounts, price: TokenPrice): Money {
  const cached = Math.min(counts.cachedInputTokens, counts.inputTokens);
  const reasoning = Math.min(counts.reasoningTokens, counts.outputTokens);
  return sumOf([
    timesTokens(counts.inputTokens - cached, perToken(price.input)),
    timesTokens(cached, perToken(price.cachedInput ?? price.input)),
    timesTokens(counts.outputTokens - reasoning, perToken(price.output)),
    timesTokens(reasoning, perToken(price.reasoning ?? price.output)),
  ]);
}

/** A millionth of a price in picounits. Exact for prices with up to six decimals. */
function perToken(perMillion: number): Money {
  return BigInt(Math.round(perMillion * MILLION));
}

/** Converts a price set by hand. */
export function priceOfSetting(setting: ModelPriceSetting): TokenPrice {
  const scaled = (value: number): number => (setting.per === 'token' ? perMillion(value) : value);
  const { input, cachedInput, output, reasoning } = setting;
  return {
    input: scaled(input),
    cachedInput: cachedInput === null ? null : scaled(cachedInput),
    output: scaled(output),
    reasoning: reasoning === null ? null : scaled(reasoning),
  };
}

/** Rounded to six decimals, because 1.5e-7 × 1e6 is not exactly 0.15. */
export function perMillion(perToken: number): number {
  return Number((perToken * MILLION).toFixed(6));
}

/** Finds the first entry whose pattern matches the name; `*` stands for any characters. */
export function firstMatch<Entry extends { readonly model: string }>(
  entries: readonly Entry[],
  model: string,
): Entry | null {
  return entries.find(({ model: pattern }) => matches(pattern, model)) ?? null;
}

function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
