import { COLUMN } from './activity-columns.ts';
import type { Column } from './activity-columns.ts';
import type { Db, SqlValue } from './database.ts';
import { estimatedTokens } from './series.ts';
import { asNumber } from './sql-values.ts';

/** Sums in the order of their columns in `session`. */
const SUMS = [
  ...['requests', 'errors', 'input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens'],
  ...['estimated_tokens', 'duration_ms'],
];

/** Columns that the last request decides. */
const LATEST = ['source', 'upstream', 'application', 'client_key', 'last_prompt'];

const COLUMNS = [
  ...['id', 'source', 'upstream', 'application', 'client_key', 'first_at', 'last_at'],
  ...['first_row', 'last_row', ...SUMS, 'energy_joules'],
  ...['first_prompt', 'last_prompt', 'peak_prompt'],
];

const largest = (name: string): string =>
  `${name} = coalesce(max(${name}, excluded.${name}), ${name}, excluded.${name})`;

/** The first prompt of a session may be unknown; then the first known one counts. */
const UPSERT = `INSERT INTO session (${COLUMNS.join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')})
  ON CONFLICT (id) DO UPDATE SET
  ${[
    ...LATEST.map(
      (name) => `${name} = iif(excluded.last_row >= last_row, excluded.${name}, ${name})`,
    ),
    'first_prompt = coalesce(first_prompt, excluded.first_prompt)',
    'first_at = min(first_at, excluded.first_at)',
    'first_row = min(first_row, excluded.first_row)',
    'last_at = max(last_at, excluded.last_at)',
    'last_row = max(last_row, excluded.last_row)',
    ...SUMS.map((name) => `${name} = ${name} + excluded.${name}`),
    'energy_joules = coalesce(energy_joules + excluded.energy_joules, energy_joules, excluded.energy_joules)',
    largest('peak_prompt'),
  ].join(', ')}`;

const ADD_MODEL = `INSERT INTO session_model (session, model, requests) VALUES (?, ?, 1)
  ON CONFLICT (session, model) DO UPDATE SET requests = requests + 1`;

const ADD_ENERGY = `UPDATE session SET energy_joules = coalesce(energy_joules, 0) + ? WHERE id = ?`;

/** Adds a stored row to the sums of its session; `values` is a row of `activity`. */
export function addToSession(db: Db, values: readonly SqlValue[]): void {
  const number = (column: Column): number | null => asNumber(values[COLUMN[column]]);
  const count = (column: Column): number => number(column) ?? 0;
  const session = number('session');
  if (session === null) return;
  const [id, prompt, model] = [count('id'), number('input_tokens'), number('model')];
  db.run(UPSERT, [
    ...[session, count('session_source'), count('upstream'), count('application')],
    ...[count('client_key'), count('started_at'), count('completed_at'), id, id],
    ...[1, number('error') === null ? 0 : 1, count('input_tokens'), count('cached_tokens')],
    ...[count('output_tokens'), count('reasoning_tokens'), estimatedTokens(values)],
    ...[count('duration_ms'), number('energy_joules'), prompt, prompt, prompt],
  ]);
  if (model !== null) db.run(ADD_MODEL, [session, model]);
}

/** Adds the energy of a row that was added before without it. */
export function addEnergyToSession(db: Db, values: readonly SqlValue[]): void {
  const session = asNumber(values[COLUMN.session]);
  const energy = asNumber(values[COLUMN.energy_joules]);
  if (session !== null && energy !== null) db.run(ADD_ENERGY, [energy, session]);
}

const SESSIONS_A_STEP = 500;

/** Deletes sessions without rows, a bounded number. Returns true if there may be more. */
export function dropSessions(db: Db): boolean {
  const oldest = db.number('SELECT min(completed_at) FROM activity') ?? Number.MAX_SAFE_INTEGER;
  const empty = `SELECT id FROM session WHERE last_at < ? ORDER BY last_at LIMIT ${SESSIONS_A_STEP}`;
  if (db.row(empty, [oldest]) === undefined) return false;
  return db.transaction(() => {
    db.run(`DELETE FROM session_model WHERE session IN (${empty})`, [oldest]);
    return db.run(`DELETE FROM session WHERE id IN (${empty})`, [oldest]) > 0;
  });
}
