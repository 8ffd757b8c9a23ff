/**
 * Exact sums of money. An amount is a whole number of picounits (1e-12 of the currency's unit), as a
 * bigint, so sums do not depend on their order and nothing drifts. Each product of a quantity and a
 * price is rounded once, to the nearest picounit; nothing else is rounded before display.
 */

declare const picounits: unique symbol;
/** An amount of money in picounits of a currency that is known from the context. */
export type Money = bigint & { readonly [picounits]?: true };

const PICO = 1_000_000_000_000;
/** Whole units that a number of picounits can hold exactly. */
const SAFE = Number.MAX_SAFE_INTEGER / PICO;

export const NO_MONEY: Money = 0n;

/** Returns an amount given in units. A price of a token is such an amount too. */
export function money(units: number): Money {
  if (!Number.isFinite(units)) return NO_MONEY;
  const whole = Math.trunc(units);
  if (Math.abs(whole) <= SAFE / 2) return BigInt(Math.round(units * PICO));
  return BigInt(whole) * BigInt(PICO) + BigInt(Math.round((units - whole) * PICO));
}

/** Returns a whole number of tokens times their price. Exact for prices of whole picounits. */
export function timesTokens(tokens: number, price: Money): Money {
  return BigInt(Math.round(tokens)) * price;
}

export function sumOf(amounts: Iterable<Money>): Money {
  let sum = NO_MONEY;
  for (const amount of amounts) sum += amount;
  return sum;
}

/** Returns an amount in units, for JSON and for display. */
export function unitsOf(amount: Money): number {
  const pico = BigInt(PICO);
  return Number(amount / pico) + Number(amount % pico) / PICO;
}
