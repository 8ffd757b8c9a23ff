import { describe, expect, it } from 'vitest';
import type { UpstreamHealth, UpstreamState } from '../../../shared/slices.ts';
import { scenario } from '../../../tests/support/scenarios.ts';
import { chooseUpstreams } from './upstream-order.ts';

const [one] = scenario('traffic', 0).state.upstreams;
const many = (count: number, healthOf: (index: number) => UpstreamHealth): UpstreamState[] =>
  Array.from({ length: count }, (_, index) => ({
    ...one!,
    name: `server-${index}`,
    health: healthOf(index),
  }));

describe('chooseUpstreams', () => {
  it('shows all of a few in their order', () => {
    const few = many(4, (index) => (index === 3 ? 'down' : 'up'));
    expect(chooseUpstreams(few)).toEqual({ shown: few, hidden: [] });
  });

  it('shows problems of many first, and hides nothing for good', () => {
    const { shown, hidden } = chooseUpstreams(many(200, (i) => (i >= 197 ? 'down' : 'up')));
    expect(shown.map(({ name }) => name)).toEqual(['server-197', 'server-198', 'server-199']);
    expect(shown.length + hidden.length).toBe(200);
    expect(chooseUpstreams(many(200, () => 'down')).shown).toHaveLength(6);
  });
});
