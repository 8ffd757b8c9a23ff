import { expect, it } from 'vitest';
import { record } from '../../../../tests/faults/ledger-records.ts';
import { efficiencyOf } from '../../../../shared/efficiency.ts';
import { NO_ENERGY_SUMS } from '../../../../shared/energy-sums.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { CLICKHOUSE_MIGRATIONS } from './clickhouse-tables.ts';
import { EXCHANGE_COLUMNS, ROLLUP_COLUMNS } from './columns.ts';
import { POSTGRES_MIGRATIONS } from './postgres-tables.ts';

const SUMS = {
  ...{ day: '2026-11-21', requests: 1, otherRequests: 0, errors: 0, inputTokens: 0 },
  ...{ cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0, estimatedTokens: 0 },
  ...{ unmeteredRequests: 0, outputTokensPerSecond: null, energyJoules: null, durationMs: 0 },
  ...{ bytesIn: 0, bytesOut: 0, ...NO_ENERGY_SUMS, efficiency: efficiencyOf(NO_ENERGY_SUMS) },
};

function valueOf(name: string, changes: Partial<ActivityRecord>): unknown {
  return EXCHANGE_COLUMNS.find((column) => column.name === name)?.of(record(1, changes));
}

it('has a column for every field of a record', () => {
  const leaves = (value: unknown): number =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.values(value).reduce((sum: number, inner) => sum + leaves(inner), 0)
      : 1;
  expect(EXCHANGE_COLUMNS.length).toBe(leaves(record(1)));
  expect(new Set(EXCHANGE_COLUMNS.map(({ name }) => name)).size).toBe(EXCHANGE_COLUMNS.length);
  expect(new Set(ROLLUP_COLUMNS.map(({ name }) => name)).size).toBe(ROLLUP_COLUMNS.length);
});

it.each([
  ['PostgreSQL', POSTGRES_MIGRATIONS],
  ['ClickHouse', CLICKHOUSE_MIGRATIONS],
])('has a column in a migration of %s for every value', (_, migrations) => {
  const words = new Set(migrations.flatMap(({ sql }) => sql('s').match(/\w+/g) ?? []));
  const names = [...EXCHANGE_COLUMNS, ...ROLLUP_COLUMNS].map(({ name }) => name);
  expect(names.filter((name) => !words.has(name))).toEqual([]);
});

it('has the expected error of an estimate, and NULL for other counts', () => {
  const estimateErrors = { input: 0.08, output: null };
  expect(valueOf('input_estimate_error', { estimateErrors })).toBe(0.08);
  expect(valueOf('output_estimate_error', { estimateErrors })).toBeNull();
});

it('converts values that databases refuse into accepted ones', () => {
  expect(valueOf('model', { model: 'a\0b\ud800c😀' })).toBe('a\uFFFDb\uFFFDc😀');
  expect(valueOf('model', { model: null })).toBeNull();
  expect(valueOf('status', { status: NaN })).toBeNull();
  expect(valueOf('energy_joules', { energyJoules: Infinity })).toBeNull();
  expect(valueOf('energy_joules', { energyJoules: 0.25 })).toBe(0.25);
  expect(valueOf('bytes_out', { bytesOut: 1e300 })).toBe(Number.MAX_SAFE_INTEGER);
  expect(valueOf('bytes_out', { bytesOut: 7.9 })).toBe(7);
  expect(valueOf('completed_at', { completedAt: 1e18 })).toBe(Date.UTC(2106, 0, 1) - 1);
  expect(valueOf('completed_at', { completedAt: -5 })).toBe(0);
});

it('leaves the energy of a day NULL while it is unknown', () => {
  const column = ROLLUP_COLUMNS.find(({ name }) => name === 'energy_joules');
  const names = { model: null, upstream: 'u', application: null, key: null, operation: 'chat' };
  expect(column?.of({ ...SUMS, ...names })).toBeNull();
  expect(column?.of({ ...SUMS, ...names, energyJoules: 2.5 })).toBe(2.5);
});

it('distinguishes rows of a day by every name, and unknown from empty', () => {
  const key = ROLLUP_COLUMNS.find(({ name }) => name === 'row_key');
  const names = { upstream: 'u', application: null, key: null, operation: 'chat' };
  const keys = [null, '', 'a', 'a\0', 'a\uFFFD'].map((model) =>
    key?.of({ ...SUMS, ...names, model }),
  );
  expect(new Set(keys).size).toBe(5);
});
