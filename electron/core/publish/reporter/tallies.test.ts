import { expect, test } from 'vitest';
import { NO_TALLIES, talliesSince } from './tallies.ts';
import type { Tallies } from './tallies.ts';

const first: Tallies = {
  totals: { requests: 3, errors: 1 },
  features: { tool_calls: 0 },
  endpoints: { chat: 2, embed: 1 },
  architectures: { llama: 3 },
  apis: { native: 3 },
  models: JSON.parse('{"a": {"requests": 2}, "__proto__": {"requests": 1}}') as Tallies['models'],
};

test('a period holds what came in it, and only the names that something came to', () => {
  const second: Tallies = {
    ...first,
    totals: { requests: 5, errors: 1 },
    endpoints: { chat: 3, embed: 1, generate: 1 },
    models: { ...first.models, b: { requests: 2 } },
  };
  expect(talliesSince(second, first)).toEqual({
    totals: { requests: 2, errors: 0 },
    features: { tool_calls: 0 },
    endpoints: { chat: 1, generate: 1 },
    architectures: {},
    apis: {},
    models: { b: { requests: 2 } },
  });
});

test('periods in a row add up to the whole, whatever a model is called', () => {
  const all = talliesSince(first, NO_TALLIES);
  expect(all).toEqual(first);
  expect(Object.keys(all.models)).toEqual(['a', '__proto__']);
  expect(talliesSince(first, first).models).toEqual({});
});

test('a counter that began anew counts whole', () => {
  const anew = { ...first, totals: { requests: 1, errors: 1 } };
  expect(talliesSince(anew, first).totals).toEqual({ requests: 1, errors: 0 });
});
