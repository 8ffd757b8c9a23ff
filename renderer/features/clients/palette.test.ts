import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PALETTE, cssColor } from './palette.ts';

it('has the hues of the theme, and shows them as its variables', () => {
  const css = readFileSync(join(import.meta.dirname, '../../theme/tokens.css'), 'utf8');
  const hues = [...css.matchAll(/--series-\d: light-dark\((#[0-9a-f]{6})/g)].map(([, hex]) => hex);
  expect(hues).toEqual([...PALETTE]);
  expect(cssColor('#C17F21')).toBe('var(--series-2)');
  expect(cssColor('#123456')).toBe('#123456');
});
