import { expect, it } from 'vitest';
import { parseSettings } from '../../../shared/settings.ts';
import { inUnit, otherProblems, problemAt, problemsOf } from './problems.ts';

/** As the core joins them. */
function refusalOf(document: unknown): string {
  const parsed = parseSettings(document);
  return parsed.ok ? '' : `${parsed.problems.join('; ')}.`;
}

it('finds the problem of each setting in the core’s own answer', () => {
  const line = refusalOf({
    bind: 1,
    cost: { tariff: { price: 1, times: [{ price: 1 }] } },
    budgets: [{ name: 'a', measure: 'tokens', period: 'day', amount: 0 }],
  });
  expect([...problemsOf(line).keys()].sort()).toEqual(['bind', 'budgets.0.amount', 'cost.tariff']);
  expect(problemAt(line, 'bind')).toBe('must be text');
  expect(problemAt(line, 'budgets.0.amount')).toBe('must be more than 0');
  expect(problemAt(line, 'budgets.0.name')).toBeNull();
  expect(problemAt(line, 'cost.tariff')).toContain('set the others to null');
  expect(otherProblems(line, ['budgets.0.amount', 'bind'])).toMatch(/^cost\.tariff: /);
});

it('shows a line without a setting anywhere', () => {
  const line = 'The settings could not be saved (ENOSPC): is the disk full?';
  expect(problemAt(line, 'bind')).toBe(line);
  expect(otherProblems(line, ['bind'])).toBe(line);
  expect(problemAt(null, 'bind')).toBeNull();
});

it('tells limits in the unit of the field', () => {
  expect(inUnit('must be at least 1000000', 1_000_000)).toBe('must be at least 1');
  expect(inUnit('must be at most 1', 0.01)).toBe('must be at most 100');
  expect(inUnit('must be at most 10', undefined)).toBe('must be at most 10');
});
