import { efficiencyOf } from '../../../../shared/efficiency.ts';
import { ENERGY_SUMS, energySums } from '../../../../shared/energy-sums.ts';
import { bytes, numbers } from './columns.ts';
import type { Db, SqlRow, SqlValue } from './database.ts';
import { ENERGY_COLUMNS } from './energy-columns.ts';
import { sumsOfModel } from './model-names.ts';
import type { NameReader } from './names.ts';
import { DIMENSIONS } from './query-schemas.ts';
import type { Dimension, RollupQuery, RollupRow, Sums, TopQuery, TopRow } from './query-schemas.ts';
import { SUM_COLUMNS } from './rollups.ts';
import { asNumber, asText } from './sql-values.ts';

const COLUMN_OF: Record<Dimension, string> = {
  model: 'model',
  upstream: 'upstream',
  application: 'application',
  key: 'client_key',
  operation: 'operation',
};
/**
 * `total` and not `sum`, because `sum` fails with an overflow if a damaged column has a huge
 * number.
 */
export const SUMS = [
  ...SUM_COLUMNS.map((name) => `total(${name})`),
  ...ENERGY_COLUMNS.map((name) => `iif(count(${name}) > 0, total(${name}), NULL)`),
].join(', ');

/**
 * Returns sums by day and the requested dimensions, oldest day first. With `emptied`, names whose
 * sums were moved away are included, with zeros, so that a copy in another database can be updated.
 */
export function readRollups(
  db: Db,
  names: NameReader,
  { emptied = false, ...query }: RollupQuery & { readonly emptied?: boolean },
): RollupRow[] {
  const by = DIMENSIONS.filter((dimension) => query.by?.includes(dimension));
  const where = conditionsOf(db, names, query);
  const having = emptied ? '' : 'HAVING total(requests) + total(other_requests) <> 0';
  const columns = by.map((dimension) => COLUMN_OF[dimension]);
  const keys = ['day', ...columns].join(', ');
  const selected = [bytes('day'), ...columns.map((column) => numbers(column)), SUMS].join(', ');
  const rows = db.rows(
    `SELECT ${selected} FROM rollup WHERE ${where.sql} GROUP BY ${keys} ${having} ORDER BY ${keys}`,
    where.parameters,
  );
  return rows.flatMap((row) => {
    const day = asText(row[0]) ?? '';
    // A damaged day is not a valid date, and formatting it would fail.
    if (!isDay(day)) return [];
    const name = (dimension: Dimension): string | null => {
      const place = by.indexOf(dimension);
      return place < 0 ? null : names.value(asNumber(row[place + 1]));
    };
    return {
      day,
      model: name('model'),
      upstream: name('upstream'),
      application: name('application'),
      key: name('key'),
      operation: name('operation'),
      ...sumsOf(row.slice(1 + by.length)),
    };
  });
}

/** Returns the names with the highest sums over some days, highest first. */
export function readTop(db: Db, names: NameReader, query: TopQuery): TopRow[] {
  const where = conditionsOf(db, names, query);
  const column = COLUMN_OF[query.by];
  const order = {
    requests: 'total(requests)',
    errors: 'total(errors)',
    inputTokens: 'total(input_tokens)',
    outputTokens: 'total(output_tokens)',
    totalTokens: 'total(input_tokens) + total(output_tokens)',
  }[query.order];
  const rows = db.rows(
    `SELECT ${numbers(column)}, ${SUMS} FROM rollup WHERE ${where.sql}
     GROUP BY ${column} HAVING total(requests) > 0
     ORDER BY ${order} DESC, ${column} LIMIT ?`,
    [...where.parameters, query.limit ?? 10],
  );
  return rows.map((row) => ({ name: names.value(asNumber(row[0])), ...sumsOf(row.slice(1)) }));
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

function conditionsOf(
  db: Db,
  names: NameReader,
  query: Omit<RollupQuery, 'by'>,
): { readonly sql: string; readonly parameters: SqlValue[] } {
  const conditions = ['day >= ?', 'day <= ?'];
  const parameters: SqlValue[] = [query.fromDay ?? '0000-00-00', query.toDay ?? '9999-99-99'];
  for (const dimension of DIMENSIONS) {
    const value = query[dimension];
    if (value === undefined) continue;
    if (dimension === 'model') {
      conditions.push(sumsOfModel(db, names, value));
      continue;
    }
    conditions.push(`${COLUMN_OF[dimension]} = ?`);
    parameters.push(value === null ? 0 : (names.id(dimension, value) ?? -1));
  }
  return { sql: conditions.join(' AND '), parameters };
}

/** Reads the values of {@link SUMS}. */
export function sumsOf(values: SqlRow): Sums {
  const sum = (column: (typeof SUM_COLUMNS)[number]): number =>
    asNumber(values[SUM_COLUMNS.indexOf(column)]) ?? 0;
  const seconds = sum('timed_seconds');
  const joules = sum('energy_joules');
  const energy = energySums((name) =>
    asNumber(values[SUM_COLUMNS.length + ENERGY_SUMS.indexOf(name)]),
  );
  return {
    requests: sum('requests'),
    otherRequests: sum('other_requests'),
    errors: sum('errors'),
    inputTokens: sum('input_tokens'),
    cachedInputTokens: sum('cached_tokens'),
    outputTokens: sum('output_tokens'),
    reasoningTokens: sum('reasoning_tokens'),
    estimatedTokens: sum('estimated_tokens'),
    unmeteredRequests: sum('unmetered'),
    outputTokensPerSecond: seconds > 0 ? sum('timed_tokens') / seconds : null,
    // The column holds 0 for unknown; a measured sum is never exactly 0.
    energyJoules: joules === 0 ? null : joules,
    ...energy,
    efficiency: efficiencyOf(energy),
    durationMs: sum('duration_ms'),
    bytesIn: sum('bytes_in'),
    bytesOut: sum('bytes_out'),
  };
}
