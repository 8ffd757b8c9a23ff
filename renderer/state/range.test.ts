import { describe, expect, it } from 'vitest';
import { PRESETS, parseRange, rangeText, refreshMs, roundedNow } from './range.ts';

describe('a range in an address', () => {
  it('ends now for a name, and moves on', () => {
    const range = parseRange('24h', '1h');
    expect(range.preset).toBe('24h');
    expect(range.at(100 * PRESETS['24h'])).toEqual({
      from: 99 * PRESETS['24h'],
      to: 100 * PRESETS['24h'],
    });
  });

  it('stays for two times', () => {
    const range = parseRange(rangeText({ from: 1_000.4, to: 2_000 }), '1h');
    expect([range.preset, range.at(5_000), refreshMs(range)]).toEqual([
      null,
      { from: 1_000, to: 2_000 },
      undefined,
    ]);
  });

  it('goes on from a time until now', () => {
    const range = parseRange('1000~', '1h');
    expect([range.preset, range.since, range.at(5_000)]).toEqual([
      ...[null, 1_000],
      { from: 1_000, to: 5_000 },
    ]);
    expect(roundedNow(range, 16_000)).toBe(30_000);
    expect(range.at(500)).toEqual({ from: 1_000, to: 1_001 });
  });

  it.each(['', 'x', '~', 'a~', '5~4', '5', 'a~b', 'toString'])(
    'is the usual one for %j',
    (text) => {
      expect(parseRange(text, '6h').preset).toBe('6h');
    },
  );

  it('asks the same question for a while, and more rarely for a longer range', () => {
    const range = parseRange('1h', '1h');
    expect(refreshMs(range)).toBe(6_000);
    expect(roundedNow(range, 12_001)).toBe(18_000);
    expect(refreshMs(parseRange('1y', '1h'))).toBe(300_000);
  });
});
