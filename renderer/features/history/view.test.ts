import { describe, expect, it } from 'vitest';
import type { History } from '../../../shared/history.ts';
import { ghostOf } from './ghost.ts';
import { comparisonOf, comparisonQuery, parseView, widerPreset } from './view.ts';
import { zoomed, zoomedOut } from './zoom.ts';

const HOUR = 3_600_000;

describe('the address of the history page', () => {
  it('says what is shown, and nothing unreadable', () => {
    const view = parseView(new URLSearchParams('by=model&key=k1&model=&tokens=input&heat=x'));
    expect(view).toMatchObject({ by: 'model', filters: { key: 'k1' }, tokens: 'input' });
    expect(view).toMatchObject({ compare: null, heat: 'tokens', range: { preset: '24h' } });
    expect(parseView(new URLSearchParams('by=day')).by).toBeNull();
  });

  it('keeps the ranges to zoom out to', () => {
    const once = zoomed(new URLSearchParams('range=7d'), { from: 0, to: HOUR });
    expect(once).toEqual({ range: `0~${HOUR}`, out: '7d' });
    const params = new URLSearchParams(once as Record<string, string>);
    const twice = zoomed(params, { from: 1_000_000, to: 1_010_000 });
    expect(twice).toEqual({ range: '975000~1035000', out: `0~${HOUR},7d` });
    const back = zoomedOut(new URLSearchParams(twice as Record<string, string>));
    expect(back).toEqual({ range: `0~${HOUR}`, out: '7d' });
    expect(zoomedOut(params)).toEqual({ range: '7d', out: null });
    expect(zoomedOut(new URLSearchParams(''))).toBeNull();
  });

  it('offers a longer range while there is one', () => {
    expect([widerPreset(HOUR), widerPreset(20 * HOUR), widerPreset(9_000 * HOUR)]).toEqual([
      ...['6h', '7d', null],
    ]);
  });
});

describe('a comparison', () => {
  const shown = { from: 10 * HOUR, to: 12 * HOUR };

  it('is with the time before, as long and in the same steps', () => {
    const found = comparisonOf(
      { compare: 'before', filters: { key: 'k' }, job: 'j' },
      shown,
      [],
      0,
    )!;
    expect(comparisonQuery(found, 'model', { bucketMs: HOUR })).toEqual({
      ...{ from: 8 * HOUR, to: 10 * HOUR, points: 2, by: 'model', job: 'j', key: 'k' },
    });
    expect(comparisonOf({ compare: 'job:gone', filters: {}, job: null }, shown, [], 0)).toBeNull();
  });

  it('is placed as long after the begin, and only in steps of one length', () => {
    const history = (from: number, bucketMs: number, count: number): History =>
      ({
        ...{ from, bucketMs, at: Array.from({ length: count }, (_, n) => from + n * bucketMs) },
      }) as unknown as History;
    const ghost = ghostOf(history(10 * HOUR, HOUR, 3), history(0, HOUR, 2), 'before');
    expect(ghost?.place(() => [5, null])).toEqual([5, null, null]);
    expect(ghost?.place(({ at }) => at)).toEqual([0, HOUR, null]);
    expect(ghostOf(history(0, HOUR, 2), history(0, 2 * HOUR, 1), 'x')).toBeNull();
  });
});
