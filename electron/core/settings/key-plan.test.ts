import { describe, expect, it } from 'vitest';
import { planKeys } from './key-plan.ts';
import type { KeyedUpstream } from './key-plan.ts';
import { HIDDEN } from './secrets.ts';

const AT_ONE = 'http://one:4000';
const AT_TWO = 'http://two:4000';
const stored = [
  { upstream: 'a', origin: AT_ONE, key: 'key-a' },
  { upstream: 'b', origin: AT_TWO, key: 'key-b' },
];

/** The resulting names and keys, and the refused indexes. */
function plan(...upstreams: KeyedUpstream[]): [Record<string, string>, readonly number[]] {
  const { keys, unkept } = planKeys(stored, upstreams);
  return [Object.fromEntries(keys.map(({ upstream, key }) => [upstream, key])), unkept];
}

describe('the keys after a change of upstreams', () => {
  it.each([undefined, HIDDEN])(
    'stay where the setting is %s and the address is the same',
    (key) => {
      expect(plan({ name: 'a', url: `${AT_ONE}/base`, apiKey: key })).toEqual([{ a: 'key-a' }, []]);
    },
  );

  it.each([null, ''])('go where the setting is %j', (key) => {
    expect(plan({ name: 'a', url: AT_ONE, apiKey: key })).toEqual([{}, []]);
  });

  it('are new if one is given', () => {
    expect(plan({ name: 'a', url: AT_ONE, apiKey: 'new' })).toEqual([{ a: 'new' }, []]);
    expect(planKeys(stored, [{ name: 'c', url: 'http://c:1/x', apiKey: 'k' }]).keys).toEqual([
      { upstream: 'c', origin: 'http://c:1', key: 'k' },
    ]);
  });

  it('are removed with their upstream', () => {
    expect(plan({ name: 'b', url: AT_TWO })).toEqual([{ b: 'key-b' }, []]);
    expect(plan()).toEqual([{}, []]);
  });

  it.each([undefined, HIDDEN])('move to the new name (key %s)', (key) => {
    expect(
      plan({ name: 'renamed', url: AT_ONE, apiKey: key }, { name: 'b', url: AT_TWO, apiKey: key }),
    ).toEqual([{ renamed: 'key-a', b: 'key-b' }, []]);
  });

  it('follow their addresses when two names are exchanged', () => {
    expect(plan({ name: 'a', url: AT_TWO }, { name: 'b', url: AT_ONE })).toEqual([
      { a: 'key-b', b: 'key-a' },
      [],
    ]);
  });

  it.each(['http://one:4001', 'https://one:4000', 'http://elsewhere:4000'])(
    'are not kept for another address, %s',
    (url) => {
      expect(plan({ name: 'a', url })).toEqual([{}, []]);
      expect(plan({ name: 'a', url, apiKey: HIDDEN })).toEqual([{}, [0]]);
    },
  );

  it('are not shared with a second upstream at the same address', () => {
    expect(plan({ name: 'c', url: AT_ONE }, { name: 'a', url: AT_ONE })).toEqual([
      { a: 'key-a' },
      [],
    ]);
    expect(plan({ name: 'a', url: AT_ONE, apiKey: null }, { name: 'c', url: AT_ONE })).toEqual([
      {},
      [],
    ]);
  });

  it('are refused if no key is stored', () => {
    expect(plan({ name: 'new', url: 'http://new:1', apiKey: HIDDEN })).toEqual([{}, [0]]);
  });
});
