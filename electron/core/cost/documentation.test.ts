import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../../shared/settings.ts';
import { hasCarbonFigure } from './carbon.ts';
import { PriceBook } from './price-book.ts';

const text = readFileSync(new URL('../../../docs/cost.md', import.meta.url), 'utf8');
const examples = [...text.matchAll(/```json\n([^`]*)```/g)].map(([, block = '']) => block.trim());

/** The settings that an example is a part of. */
function settingsOf(example: string): unknown {
  if (example.startsWith('{')) return JSON.parse(example);
  const member = JSON.parse(`{${example}}`) as object;
  return { cost: 'times' in member ? { tariff: member } : member };
}

describe('the documentation of costs', () => {
  it.each(examples)('has settings that are valid: %.40s', (example) => {
    const result = parseSettings(settingsOf(example));
    expect(result.ok ? [] : result.problems).toEqual([]);
    if (!result.ok) return;
    const { compare, carbon } = result.settings.cost;
    const document = { read: () => ({}), write: () => undefined };
    expect(new PriceBook(document, () => ({ prices: [], compare })).unknown).toEqual([]);
    expect(carbon.country === null || hasCarbonFigure(carbon.country)).toBe(true);
  });

  it('has an example of each kind', () => expect(examples).toHaveLength(5));
});
