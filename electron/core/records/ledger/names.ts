import { bytes } from './columns.ts';
import { COLUMN, NAME_COLUMNS } from './activity-columns.ts';
import type { Db, SqlRow } from './database.ts';
import { countedModelId } from './rows.ts';
import { restore } from './restore-row.ts';
import { asText } from './sql-values.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';

/**
 * Most names in the cache. Others are looked up again, because clients choose some names freely.
 */
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

  /**
   * Returns the number of a name, and creates it for a new name. `row` and `at` say what uses it.
   */
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

  /** Stores which names were used since the last call. Part of the rows' transaction. */
  saveUses(): void {
    const sql =
      'UPDATE name SET last_row = max(last_row, ?), last_at = max(last_at, ?) WHERE id = ?';
    for (const [id, { row, at }] of this.#used) this.#db.run(sql, [row, at, id]);
    this.#used.clear();
  }

  /** Call it whenever the table may have lost names: after a rollback or a cleanup. */
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

/** The reader's side of the `name` table. */
export class NameReader {
  readonly #db: Db;
  readonly #values = new Map<number, string | null>();

  constructor(db: Db) {
    this.#db = db;
  }

  /** Returns the name of a number; null for 0 and for deleted names. */
  value(id: number | null): string | null {
    if (id === null || id === 0) return null;
    const known = this.#values.get(id);
    if (known !== undefined) return known;
    const value = asText(this.#db.row(VALUE_OF, [id])?.[0]);
    if (this.#values.size >= MAX_CACHED) this.#values.clear();
    if (value !== null) this.#values.set(id, value);
    return value;
  }

  /** Returns the number of a name; null if no row ever had it. */
  id(kind: string, value: string): number | null {
    return this.#db.number('SELECT id FROM name WHERE kind = ? AND value = ?', [kind, value]);
  }

  /** Returns the record of a row of `activity`, given with all its columns in their order. */
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
