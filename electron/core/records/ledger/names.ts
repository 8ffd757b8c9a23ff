import { bytes } from './columns.ts';
import { COLUMN, NAME_COLUMNS } from './activity-columns.ts';
import type { Db, SqlRow } from './database.ts';
import { countedModelId } from './rows.ts';
import { restore } from './restore-row.ts';
import { asText } from './sql-values.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';

/** Names past this many are looked up again: clients choose some of them freely. */
const MAX_CACHED = 20_000;

const VALUE_OF = `SELECT ${bytes('value')} FROM name WHERE id = ?`;

interface Use {
  row: number;
  at: number;
}

/** The writer's side of the `name` table. */
export class NameWriter {
  readonly #db: Db;
  readonly #ids = new Map<string, number>();
  readonly #used = new Map<number, Use>();

  constructor(db: Db) {
    this.#db = db;
  }

  /** The number of a name, made if it is new; `row` and `at` say what uses it. */
  id(kind: string, value: string, row: number, at: number): number {
    const cacheKey = `${kind}\n${value}`;
    const id = this.#ids.get(cacheKey) ?? this.#findOrAdd(kind, value, cacheKey);
    const use = this.#used.get(id);
    if (use === undefined) {
      this.#used.set(id, { row, at });
    } else {
      use.row = Math.max(use.row, row);
      use.at = Math.max(use.at, at);
    }
    return id;
  }

  /** Writes down what was used since the last call; part of the rows' transaction. */
  saveUses(): void {
    const sql =
      'UPDATE name SET last_row = max(last_row, ?), last_at = max(last_at, ?) WHERE id = ?';
    for (const [id, { row, at }] of this.#used) this.#db.run(sql, [row, at, id]);
    this.#used.clear();
  }

  /** To be called whenever the table may have lost names: after a rollback or a clean-up. */
  forget(): void {
    this.#ids.clear();
    this.#used.clear();
  }

  #findOrAdd(kind: string, value: string, cacheKey: string): number {
    this.#db.run('INSERT OR IGNORE INTO name (kind, value) VALUES (?, ?)', [kind, value]);
    const id = this.#db.number('SELECT id FROM name WHERE kind = ? AND value = ?', [kind, value]);
    if (id === null) throw new RangeError(`A ${kind} could not be named.`);
    if (this.#ids.size >= MAX_CACHED) this.#ids.clear();
    this.#ids.set(cacheKey, id);
    return id;
  }
}

/** The reader's side: numbers back to names. */
export class NameReader {
  readonly #db: Db;
  readonly #values = new Map<number, string | null>();

  constructor(db: Db) {
    this.#db = db;
  }

  /** The name of a number; null for 0 and for one that is gone. */
  value(id: number | null): string | null {
    if (id === null || id === 0) return null;
    const known = this.#values.get(id);
    if (known !== undefined) return known;
    const value = asText(this.#db.row(VALUE_OF, [id])?.[0]);
    if (this.#values.size >= MAX_CACHED) this.#values.clear();
    if (value !== null) this.#values.set(id, value);
    return value;
  }

  /** The number of a name; null if no row ever had it. */
  id(kind: string, value: string): number | null {
    return this.#db.number('SELECT id FROM name WHERE kind = ? AND value = ?', [kind, value]);
  }

  /** The record of a row of `activity`, all its columns in their order. */
  record(row: SqlRow): ActivityRecord {
    const named = [...row];
    for (const [column] of NAME_COLUMNS) {
      const id = named[COLUMN[column]] ?? null;
      named[COLUMN[column]] = this.value(id === null ? null : Number(id));
    }
    named[COLUMN.counted_model] = this.value(countedModelId(row));
    return restore(named);
  }
}
