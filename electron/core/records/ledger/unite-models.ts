import { canonicalModelName } from '../../../../shared/model-names.ts';
import { bytes, numbers } from './columns.ts';
import type { Db } from './database.ts';
import type { NameWriter } from './names.ts';
import { resumModel } from './dimension-series.ts';
import { moveRollups } from './rollups.ts';
import { addRows } from './row-counts.ts';
import { asNumber, asText } from './sql-values.ts';
import { HOUR_SPAN, MINUTE_SPAN, moveCell } from './series.ts';

/** Rows of `activity` changed in one step; it takes some milliseconds. */
const ROWS_A_STEP = 1_000;
/** Minutes of `series` read in one step, by the span of its rows. */
const MINUTES_A_STEP = { [MINUTE_SPAN]: 240, [HOUR_SPAN]: 14_400 } as const;

/** Another name of an Ollama model, which differs from the canonical one. */
interface Alias {
  /** The number of the name. */
  readonly id: number;
  readonly canonical: string;
  /** The newest row and time that used the name. The canonical name is kept for as long. */
  readonly lastRow: number;
  readonly lastAt: number;
}

/**
 * Merges the sums stored under several names of an Ollama model. They were stored by an earlier
 * version, or before the upstream was recognised. Rows keep the requested name.
 *
 * Each step is short and has its own transaction, so new rows can be stored between two steps. A
 * step moves sums as a whole, so sums are complete after each one, and the rest can be moved at the
 * next start. Throws SQLite's errors.
 */
export function* uniteModels(
  db: Db,
  names: NameWriter,
  upstream: string,
): Generator<undefined, void> {
  const owner = db.number(`SELECT id FROM name WHERE kind = 'upstream' AND value = ?`, [upstream]);
  const aliases = aliasesOf(db);
  if (owner === null || aliases.size === 0) return;
  for (const work of [rollupSteps, activitySteps, seriesSteps]) {
    for (const step of work(db, owner, aliases)) {
      if (step !== null) together(db, names, () => step((alias) => targetOf(names, alias)));
      yield;
    }
  }
}

/**
 * One bounded step; null if there was nothing to do. `target` returns the number of the canonical
 * name.
 */
type Step = ((target: (alias: Alias) => number) => void) | null;
type Aliases = ReadonlyMap<number, Alias>;

function aliasesOf(db: Db): Aliases {
  const stored = db.rows(
    `SELECT id, ${bytes('value')}, ${numbers('last_row', 'last_at')} FROM name WHERE kind = 'model'`,
  );
  const aliases = new Map<number, Alias>();
  for (const [number, value, lastRow, lastAt] of stored) {
    const id = asNumber(number) ?? 0;
    const name = asText(value) ?? '';
    const canonical = canonicalModelName('ollama', name);
    if (canonical === name) continue;
    aliases.set(id, {
      id,
      canonical,
      lastRow: asNumber(lastRow) ?? 0,
      lastAt: asNumber(lastAt) ?? 0,
    });
  }
  return aliases;
}

function targetOf(names: NameWriter, { canonical, lastRow, lastAt }: Alias): number {
  return names.id('model', canonical, lastRow, lastAt);
}

function together(db: Db, names: NameWriter, work: () => void): void {
  try {
    db.transaction(() => {
      work();
      names.saveUses();
    });
  } catch (error) {
    names.forget();
    throw error;
  }
}

function* rollupSteps(db: Db, owner: number, aliases: Aliases): Generator<Step, void> {
  const stored = db.rows(
    `SELECT DISTINCT ${numbers('model')} FROM rollup
     WHERE upstream = ? AND requests + other_requests <> 0`,
    [owner],
  );
  for (const [model] of stored) {
    const alias = aliases.get(asNumber(model) ?? 0);
    if (alias !== undefined) yield (target) => moveRollups(db, owner, alias.id, target(alias));
  }
}

/** Rows store the name under which they are counted, if it differs from the requested one. */
function* activitySteps(db: Db, owner: number, aliases: Aliases): Generator<Step, void> {
  const first = 'SELECT min(completed_at) FROM activity WHERE model = ? AND completed_at >= ?';
  const behind = `SELECT completed_at FROM activity WHERE model = ? AND completed_at > ?
    ORDER BY completed_at LIMIT 1 OFFSET ${ROWS_A_STEP}`;
  const unnamed = `model = ? AND completed_at >= ? AND completed_at < ? AND upstream = ?
    AND counted_model IS NULL`;
  const find = `SELECT 1 FROM activity WHERE ${unnamed} LIMIT 1`;
  const name = `UPDATE activity SET counted_model = ? WHERE ${unnamed}`;
  for (const alias of aliases.values()) {
    let from = db.number(first, [alias.id, Number.MIN_SAFE_INTEGER]);
    while (from !== null) {
      const begin = from;
      const end = db.number(behind, [alias.id, begin]) ?? Number.MAX_SAFE_INTEGER;
      const rows = [alias.id, begin, end, owner];
      yield db.row(find, rows) === undefined
        ? null
        : (target) => {
            db.run(name, [target(alias), ...rows]);
          };
      from = db.number(first, [alias.id, end]);
    }
  }
}

function* seriesSteps(db: Db, owner: number, aliases: Aliases): Generator<Step, void> {
  const first = 'SELECT min(at) FROM series WHERE span = ? AND at >= ?';
  const rows = `SELECT ${numbers('at', 'model')} FROM series
    WHERE span = ? AND at >= ? AND at < ? AND upstream = ?`;
  for (const span of [MINUTE_SPAN, HOUR_SPAN] as const) {
    let from = db.number(first, [span, Number.MIN_SAFE_INTEGER]);
    while (from !== null) {
      const end = from + MINUTES_A_STEP[span];
      const found = db.rows(rows, [span, from, end, owner]).flatMap(([at, model]) => {
        const alias = aliases.get(asNumber(model) ?? 0);
        return alias === undefined ? [] : [{ at: asNumber(at) ?? 0, alias }];
      });
      yield found.length === 0
        ? null
        : (target) => {
            const made = found.map(({ at, alias }) => {
              const to = target(alias);
              const change = moveCell(db, { span, at, upstream: owner, model: alias.id }, to);
              for (const model of [alias.id, to]) resumModel(db, span, at, model);
              return change;
            });
            addRows(
              db,
              'series',
              made.reduce((sum, one) => sum + one, 0),
            );
          };
      from = db.number(first, [span, end]);
    }
  }
}
