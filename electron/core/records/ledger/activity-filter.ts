import type { Db, SqlValue } from './database.ts';
import { modelConditions } from './model-names.ts';
import type { NameReader } from './names.ts';
import type { ActivityFilter } from './query-schemas.ts';
import { MAX_MOMENT } from './restore-row.ts';
import { textSearch } from './text-filter.ts';

/** A piece of SQL with its parameters. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** An index that returns rows in the order of time, and its key condition. */
export interface Driver {
  readonly index: string;
  readonly condition: Condition;
}

/**
 * How to find the rows of a filter: scan the `drivers` (usually one) and keep the rows that match
 * `residual`. Each driver returns rows in the order of time; no two return the same row.
 */
export interface Plan {
  readonly drivers: readonly Driver[];
  readonly residual: Condition;
  /** True if the index scan is known to be short, or if it keeps every row. */
  readonly bounded: boolean;
}

/**
 * Filters are compared by their number of rows up to this limit, or by the time that this many of
 * their newest rows span.
 */
const COUNTED_ROWS = 1_000;
const ALWAYS: Condition = { sql: '1', parameters: [] };
const BY_TIME: Driver = { index: 'activity_time', condition: ALWAYS };

/** One filter. Without drivers, it can only be checked row by row. */
interface Candidate {
  readonly drivers: readonly Driver[];
  readonly condition: Condition;
}

/**
 * Plans the index scan of a filter. Null if no row can match, because a name was never stored. A
 * page scans the drivers in step; a plan for all rows may scan them `apart`, one after the other
 * and part by part.
 */
export function planActivity(
  db: Db,
  names: NameReader,
  filter: ActivityFilter,
  scan: 'in-step' | 'apart' = 'in-step',
): Plan | null {
  const candidates = candidatesOf(db, names, filter);
  if (candidates === null) return null;
  const range = timeRange(filter);
  const inference = inferenceOf(filter);
  const alone = candidates.length + inference.length === 1;
  const usable = candidates
    .filter(({ drivers }) => drivers.length > 0)
    .map((candidate) => ({ candidate, ...(alone ? UNKNOWN : sparsity(db, candidate, range)) }))
    // In step, each of several drivers is scanned to the end of the page, so all must be short.
    .filter(
      ({ candidate, rows }) =>
        candidate.drivers.length === 1 || scan === 'apart' || alone || rows !== null,
    )
    .sort((a, b) => (a.rows ?? Infinity) - (b.rows ?? Infinity) || a.reach - b.reach);
  const best = usable[0];
  const rest = candidates.filter((candidate) => candidate !== best?.candidate);
  const residual = both([...rest.map(({ condition }) => condition), ...inference]);
  return {
    drivers: best?.candidate.drivers ?? [BY_TIME],
    residual,
    bounded: residual === ALWAYS || (best?.rows ?? null) !== null,
  };
}

interface Sparsity {
  /** The number of rows; null if there are many. */
  readonly rows: number | null;
  /** The completion time of the `COUNTED_ROWS`th newest row. An earlier time means fewer rows. */
  readonly reach: number;
}

const UNKNOWN: Sparsity = { rows: null, reach: 0 };

/** Measures how rare a filter's rows are. Reads only indexes. */
function sparsity(db: Db, { drivers }: Candidate, range: Condition): Sparsity {
  let rows: number | null = 0;
  let reach = 0;
  for (const { index, condition } of drivers) {
    const { sql, parameters } = both([condition, range]);
    const from = `FROM activity INDEXED BY ${index} WHERE ${sql}`;
    const far = db.number(
      `SELECT completed_at ${from} ORDER BY completed_at DESC LIMIT 1 OFFSET ${COUNTED_ROWS}`,
      parameters,
    );
    reach = Math.max(reach, far ?? 0);
    if (far !== null) rows = null;
    if (rows !== null) rows += db.number(`SELECT count(*) ${from}`, parameters) ?? 0;
  }
  return { rows: rows !== null && rows <= COUNTED_ROWS ? rows : null, reach };
}

/**
 * Returns the time range: `from` inclusive, `to` exclusive. It always has both bounds, because a
 * damaged time that is not a number or not a date has no place in the order of time.
 */
export function timeBounds(filter: ActivityFilter): {
  readonly from: number;
  readonly to: number;
} {
  return {
    from: Math.max(filter.from ?? -MAX_MOMENT, -MAX_MOMENT),
    to: Math.min(filter.to ?? MAX_MOMENT, MAX_MOMENT),
  };
}

export function timeRange(filter: ActivityFilter): Condition {
  const { from, to } = timeBounds(filter);
  return { sql: 'completed_at >= ? AND completed_at < ?', parameters: [from, to] };
}

export function both(conditions: readonly Condition[]): Condition {
  const real = conditions.filter((condition) => condition !== ALWAYS);
  if (real.length === 0) return ALWAYS;
  return {
    sql: real.map(({ sql }) => `(${sql})`).join(' AND '),
    parameters: real.flatMap(({ parameters }) => parameters),
  };
}

function candidatesOf(db: Db, names: NameReader, filter: ActivityFilter): Candidate[] | null {
  const named: readonly (readonly [string, string, string, string | null | undefined])[] = [
    ['activity_key', 'client_key', 'key', filter.key],
    ['activity_application', 'application', 'application', filter.application],
    ['activity_operation', 'operation', 'operation', filter.operation],
    ['activity_api', 'api', 'api', filter.api],
    ['activity_upstream', 'upstream', 'upstream', filter.upstream],
    ['activity_session', 'session', 'session', filter.session],
    ['activity_process', 'client_process', 'process', filter.process],
  ];
  const candidates: Candidate[] = [];
  for (const [index, column, kind, wanted] of named) {
    if (wanted === undefined) continue;
    const id = wanted === null ? null : names.id(kind, wanted);
    if (wanted !== null && id === null) return null;
    const isPartial = column === 'session' || column === 'client_process';
    // A partial index is used only for `=`, and has no rows without the name.
    const is = isPartial && id !== null ? '=' : 'IS';
    const condition = { sql: `${column} ${is} ?`, parameters: [id] };
    candidates.push(
      isPartial && id === null ? { drivers: [], condition } : single(index, condition),
    );
  }
  const others = [errorOf(names, filter), statusOf(filter), textOf(db, filter)];
  for (const more of [modelOf(db, names, filter), ...others]) {
    if (more === 'none') return null;
    if (more !== null) candidates.push(more);
  }
  return candidates;
}

function single(index: string, condition: Condition): Candidate {
  return { drivers: [{ index, condition }], condition };
}

/** Each name of a model is a separate index scan. */
function modelOf(db: Db, names: NameReader, { model }: ActivityFilter): Candidate | 'none' | null {
  if (model === undefined) return null;
  const index = 'activity_model';
  if (model === null) return single(index, { sql: 'model IS NULL', parameters: [] });
  const isFound = (sql: string): boolean =>
    db.row(`SELECT 1 FROM activity INDEXED BY ${index} WHERE ${sql} LIMIT 1`) !== undefined;
  const conditions = modelConditions(db, names, model).filter(isFound);
  if (conditions.length === 0) return 'none';
  const drivers = conditions.map((sql) => ({ index, condition: { sql, parameters: [] } }));
  const sql = conditions.map((each) => `(${each})`).join(' OR ');
  return { drivers, condition: { sql, parameters: [] } };
}

function errorOf(names: NameReader, { error }: ActivityFilter): Candidate | 'none' | null {
  if (error === undefined) return null;
  if (error === 'any')
    return single('activity_failed', { sql: 'error IS NOT NULL', parameters: [] });
  const id = names.id('error', error);
  if (id === null) return 'none';
  return single('activity_error', { sql: 'error = ?', parameters: [id] });
}

/** Successes are most of the rows and have no index, so another index finds them. */
function statusOf({ statusClass }: ActivityFilter): Candidate | null {
  if (statusClass === undefined) return null;
  if (statusClass === 2) {
    return { drivers: [], condition: { sql: 'status_class = 2', parameters: [] } };
  }
  return single('activity_status', {
    sql: 'status_class = ? AND status_class <> 2',
    parameters: [statusClass],
  });
}

function inferenceOf({ inference }: ActivityFilter): Condition[] {
  if (inference === undefined) return [];
  return [{ sql: 'inference = ?', parameters: [inference ? 1 : 0] }];
}

/** A text is searched in all fields that are names. */
function textOf(db: Db, { text }: ActivityFilter): Candidate | 'none' | null {
  return text === undefined || text === '' ? null : textSearch(db, text);
}
