import { describe, expect, it } from 'vitest';
import { PriceListFault, parseHourlyPrices } from './parse-hourly-prices.ts';
import type { PriceRules } from './parse-hourly-prices.ts';

const RULES: PriceRules = {
  per: 'kWh',
  timeField: 'time',
  priceField: 'price',
  surcharge: 0,
  taxRate: 0,
};
const HOUR = Date.UTC(2026, 10, 21, 5) / 3_600_000;

function read(text: string, rules: Partial<PriceRules> = {}): [number, number][] {
  return [...parseHourlyPrices(text, { ...RULES, ...rules })].map(([hour, price]) => [
    hour - HOUR,
    price,
  ]);
}

describe('lists of electricity prices', () => {
  it('reads CSV with and without a head, with commas, semicolons and tabs', () => {
    const rows = '2026-11-21T05:00Z,0.21\n2026-11-21T06:00Z,-0.02\n';
    const expected = [
      [0, 0.21],
      [1, -0.02],
    ];
    expect(read(rows)).toEqual(expected);
    expect(read(`\uFEFF# from a script\r\ntime,price\r\n${rows}`)).toEqual(expected);
    expect(read('"area";"time";"price"\nSE3;"2026-11-21 06:00+01:00";"0,21"')).toEqual([[0, 0.21]]);
    expect(read('time\tprice\n1795237200\t0,21\n1795240800000\t-0,02')).toEqual(expected);
  });

  it('reads JSON as a list, inside an object, and as two lists', () => {
    const rules = { timeField: 'start_timestamp', priceField: 'marketprice', per: 'MWh' as const };
    const data = [{ start_timestamp: 1_795_237_200_000, marketprice: 93.71, unit: 'Eur/MWh' }];
    expect(read(JSON.stringify({ object: 'list', data }), rules)).toEqual([[0, 0.09371]]);
    expect(read(JSON.stringify(data), rules)).toEqual([[0, 0.09371]]);
    const lists = { unix_seconds: [1_795_237_200, 1_795_240_800], price: [10, 20], unit: 'EUR' };
    expect(read(JSON.stringify(lists), { timeField: 'unix_seconds', per: 'MWh' })).toEqual([
      [0, 0.01],
      [1, 0.02],
    ]);
  });

  it('takes the mean of the quarters of an hour, then adds surcharge and tax', () => {
    const quarters = [0.1, 0.2, 0.3, 0.4].map(
      (price, index) => `2026-11-21T05:${index === 0 ? '00' : 15 * index}:00Z,${price}`,
    );
    expect(read(quarters.join('\n'))).toEqual([[0, 0.25]]);
    expect(read(quarters.join('\n'), { surcharge: 0.05, taxRate: 0.19 })).toEqual([[0, 0.357]]);
  });

  it.each([
    ['', 'is empty'],
    ['{"a": 1}', 'has no list of objects'],
    ['[{"time": "2026-11-21T05:00Z", "value": 1}]', 'name its fields with timeField'],
    ['[{"time": "yesterday", "price": 1}]', 'has no time: "yesterday"'],
    ['[{"time": "2026-11-21T05:00Z", "price": null}]', 'is not a number: null'],
    ['[{', 'not valid JSON'],
    ['when,price\n2026-11-21T05:00Z,1', 'names no column "time"'],
    ['<html>a web page</html>', 'neither JSON nor CSV'],
    ['2026-11-21T05:00Z,1\n2026-11-21,2', 'has no time: "2026-11-21"'],
  ])('says what is wrong with %j', (text, reason) => {
    expect(() => read(text)).toThrow(PriceListFault);
    expect(() => read(text)).toThrow(reason);
  });
});
