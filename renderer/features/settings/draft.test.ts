import { expect, it } from 'vitest';
import { parseSettings } from '../../../shared/settings.ts';
import { textOf, valueOf } from './control-values.ts';
import { HIDDEN } from './document.ts';
import { draftOf, membersOf, pathsIn } from './draft.ts';

it('texts and values of fields are converted both ways', () => {
  const share = { kind: 'number', scale: 0.01, unit: 'percent' } as const;
  expect(textOf(share, 0.29)).toBe('29');
  expect(valueOf(share, '29')).toBe(0.29);
  expect(valueOf({ kind: 'number' }, '0,31')).toBe(0.31);
  expect(valueOf({ kind: 'number' }, 'many')).toBe('many');
  expect(valueOf({ kind: 'number' }, '')).toBeUndefined();
  expect(valueOf({ kind: 'number', nullable: true }, ' ')).toBeNull();
  expect(textOf({ kind: 'percents' }, [0.8, 1])).toBe('80, 100');
  expect(valueOf({ kind: 'percents' }, '80, 100')).toEqual([0.8, 1]);
});

it('what was not touched comes out as it went in', () => {
  const budget = {
    name: 'Team',
    measure: 'energy',
    period: 'month',
    scope: 'client',
    subject: 'Zed',
    amount: 20.5,
    warnAt: [0.8, 1],
    hardStop: true,
  };
  const paths = pathsIn('budgets.*');
  expect(membersOf(paths, draftOf(paths, budget), undefined)).toEqual(budget);
});

it('a secret stays unless it is replaced or removed', () => {
  const paths = pathsIn('upstreams.*');
  const draft = draftOf(paths, { name: 'a', url: 'http://a', port: null, apiKey: HIDDEN });
  expect(membersOf(paths, draft, undefined)).not.toHaveProperty('apiKey');
  expect(membersOf(paths, { ...draft, apiKey: 'new' }, undefined)).toMatchObject({ apiKey: 'new' });
  expect(membersOf(paths, { ...draft, apiKey: '' }, undefined)).toMatchObject({ apiKey: null });
});

it('an empty form of a tariff by time becomes valid settings once it is filled', () => {
  const paths = pathsIn('cost.tariff').filter((path) => path === 'cost.tariff.times');
  const row = {
    days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
    from: '00:00',
    to: '24:00',
  };
  const draft = { ...draftOf(paths, null), times: [{ ...row, price: '0.3' }] };
  const tariff = membersOf(paths, draft, null);
  expect(tariff).toEqual({ times: [{ ...row, price: 0.3 }] });
  expect(parseSettings({ cost: { tariff } }).ok).toBe(true);
});
