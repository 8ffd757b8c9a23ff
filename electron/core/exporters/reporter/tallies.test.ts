import { expect, test } from 'vitest';
import { NO_TALLIES, areTallies, talliesSince } from './tallies.ts';
import type { Tallies } from './tallies.ts';

const first: Tallies = {
  totals: { requests: 3, errors: 1 },
  features: { tool_calls: 0 },
  endpoints: { chat: 2, embed: 1 },
  architectures: { llama: 3 },
  apis: { native: 3 },
  models: JSON.parse('{"a": {"requests": 2}, "__proto__": {"requests": 1}}') as Tallies['models'],
};

test('a period has only its own counts and the names with counts', () => {
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

test('consecutive periods add up to the whole, for any model name', () => {
  const all = talliesSince(first, NO_TALLIES);
  expect(all).toEqual(first);
  expect(Object.keys(all.models)).toEqual(['a', '__proto__']);
  expect(talliesSince(first, first).models).toEqual({});
});

test('merged names of a model are not reported again', () => {
  const models = (counts: Record<string, number>): Tallies => ({
    ...first,
    models: Object.fromEntries(
      Object.entries(counts).map(([name, requests]) => [name, { requests, energy_joules: null }]),
    ),
  });
  const told = models({ plain: 2, 'plain:latest': 5, 'library/plain': 1, 'gone:latest': 3 });
  expect(talliesSince(models({ plain: 9, other: 1 }), told).models).toEqual({
    plain: { requests: 1, energy_joules: null },
    other: { requests: 1, energy_joules: null },
  });
  expect(talliesSince(models({ plain: 8 }), told).models).toEqual({});
});

test('a counter that was reset counts from zero', () => {
  const anew = { ...first, totals: { requests: 1, errors: 1 } };
  expect(talliesSince(anew, first).totals).toEqual({ requests: 1, errors: 0 });
});

test('energy is reported only if it grew, and unknown stays unknown', () => {
  const tallies = (requests: number, joules: number | null): Tallies => {
    const counts = { requests, energy_joules: joules };
    return { ...first, totals: counts, models: { a: counts } };
  };
  const since = (now: Tallies, before: Tallies): unknown => {
    const { totals, models } = talliesSince(now, before);
    expect(models.a ?? totals).toEqual(totals);
    return totals;
  };
  expect(since(tallies(3, null), tallies(2, null))).toEqual({ requests: 1, energy_joules: null });
  expect(since(tallies(3, 5), tallies(2, null))).toEqual({ requests: 1, energy_joules: 5 });
  // Counts reported and stored by an earlier version.
  expect(since(tallies(3, 5), tallies(2, 0))).toEqual({ requests: 1, energy_joules: 5 });
  expect(since(tallies(3, 5), tallies(2, 5))).toEqual({ requests: 1, energy_joules: null });
  expect(since(tallies(3, 7), tallies(2, 5))).toEqual({ requests: 1, energy_joules: 2 });
  expect(talliesSince(tallies(3, null), tallies(3, null)).models).toEqual({});
  const rated = (joules: number | null, tokens: number | null): Tallies => {
    const counts = { requests: 3, energy_net_joules: joules, rated_output_tokens: tokens };
    return { ...first, totals: counts, models: { a: counts } };
  };
  expect(talliesSince(rated(8, 40), rated(8, 40)).totals).toEqual({
    requests: 0,
    energy_net_joules: null,
    rated_output_tokens: null,
  });
  expect(talliesSince(rated(8, 40), tallies(3, 5)).models.a).toMatchObject({
    energy_net_joules: 8,
    rated_output_tokens: 40,
  });
  expect(areTallies(tallies(3, null))).toBe(true);
  expect(areTallies({ ...first, totals: { requests: '3' } })).toBe(false);
});
