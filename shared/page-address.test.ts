import { describe, expect, it } from 'vitest';
import { PAGE_NAMES, addressOf, pageNameOf, partOf } from './page-address.ts';

describe('the address within the page', () => {
  it.each(PAGE_NAMES)('names %s, and optionally a part of it', (page) => {
    expect([pageNameOf(addressOf(page)), partOf(addressOf(page))]).toEqual([page, null]);
  });

  it('keeps any name of a part', () => {
    const address = addressOf('models', 'hf.co/a/b:Q4 50%?');
    expect([pageNameOf(`${address}?range=24h`), partOf(`${address}?range=24h`)]).toEqual([
      'models',
      'hf.co/a/b:Q4 50%?',
    ]);
    expect(partOf('/models/50%')).toBe('50%');
  });

  it.each(['', '/', '/nothing', '/?range=24h'])('is the overview where it is %j', (address) => {
    expect([pageNameOf(address), partOf(address)]).toEqual(['overview', null]);
  });
});
