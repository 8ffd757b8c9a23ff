import { expect, expectTypeOf, test } from 'vitest';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { QUERIES } from './ledger-calls.ts';
import type { Ledger } from './ledger.ts';
import { call, callWithoutInput, remote } from './protocol.ts';
import type { ActivityPage, ActivityQuery, StorageSummary } from './query-schemas.ts';

test('the created methods pass on name and input, and return the answer', async () => {
  const asked: unknown[] = [];
  const calls = { double: call<number, number>(), now: callWithoutInput<number>() };
  const { double, now } = remote(calls, (name, input) => {
    asked.push([name, input]);
    return Promise.resolve((name === 'double' ? Number(input) * 2 : 7) as never);
  });
  expect([await double(21), await now()]).toEqual([42, 7]);
  expect(asked).toEqual([
    ['double', 21],
    ['now', undefined],
  ]);
});

test('every query of the declaration is a method of the ledger, with its own types', () => {
  expect(Object.keys(QUERIES)).toContain('storageSummary');
  expectTypeOf<keyof typeof QUERIES>().toExtend<keyof Ledger>();
  expectTypeOf<Ledger['page']>().toEqualTypeOf<
    (query: ActivityQuery) => Promise<ActivityPage<ActivityRecord>>
  >();
  expectTypeOf<Ledger['storageSummary']>().toBeCallableWith();
  expectTypeOf<ReturnType<Ledger['storageSummary']>>().toEqualTypeOf<Promise<StorageSummary>>();
});
