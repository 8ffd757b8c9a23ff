import { describe, expect, it } from 'vitest';
import { ALTERNATIVES } from './catalogue.ts';
import { HIDDEN, inversePatch, patchAt, patchOfOne, valueAt } from './document.ts';

describe('a path', () => {
  it('reads and sets one value', () => {
    const patch = patchAt('retention.activityDays', 30);
    expect(patch).toEqual({ retention: { activityDays: 30 } });
    expect(valueAt(patch, 'retention.activityDays')).toBe(30);
    expect(valueAt(patch, 'cost.tariff.price')).toBeUndefined();
  });

  it('removes the alternatives of what it sets', () => {
    expect(patchOfOne('cost.tariff.price', 0.3, ALTERNATIVES)).toEqual({
      cost: { tariff: { price: 0.3, times: null, hourly: null } },
    });
    expect(patchOfOne('cost.tariff.price', null, ALTERNATIVES)).toEqual({
      cost: { tariff: { price: null } },
    });
    expect(patchOfOne('bind', '0.0.0.0', ALTERNATIVES)).toEqual({ bind: '0.0.0.0' });
  });
});

describe('undoing', () => {
  const before = {
    bind: '127.0.0.1',
    otlp: { url: null, headers: { 'X-Key': HIDDEN } },
    sinks: { postgres: { host: 'db', password: HIDDEN } },
    upstreams: [
      { name: 'a', url: 'http://a', apiKey: HIDDEN },
      { name: 'b', url: 'http://b', apiKey: null },
    ],
  };

  it('restores exactly what a patch has changed', () => {
    expect(inversePatch(before, { bind: '0.0.0.0', otlp: { url: 'http://c' } })).toEqual({
      bind: '127.0.0.1',
      otlp: { url: null },
    });
    expect(inversePatch(before, { otlp: { headers: { 'X-New': 'value' } } })).toEqual({
      otlp: { headers: { 'X-New': null } },
    });
  });

  it('is not offered where a secret would be needed', () => {
    expect(inversePatch(before, { sinks: { postgres: null } })).toBeNull();
    expect(inversePatch(before, { otlp: { headers: { 'X-Key': null } } })).toBeNull();
    expect(inversePatch(before, { upstreams: [{ name: 'b', url: 'http://b' }] })).toBeNull();
    const other = [{ name: 'a', url: 'http://a', apiKey: 'new' }];
    expect(inversePatch(before, { upstreams: other })).toBeNull();
  });

  it('leaves the keys of a list as they are', () => {
    expect(inversePatch(before, { upstreams: [{ name: 'a', url: 'http://a' }] })).toEqual({
      upstreams: [
        { name: 'a', url: 'http://a' },
        { name: 'b', url: 'http://b' },
      ],
    });
  });
});
