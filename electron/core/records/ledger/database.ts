import Database from 'libsql';
import { numbers } from './columns.ts';

export type SqlValue = number | string | bigint | Uint8Array | null;
export type SqlRow = readonly SqlValue[];

/** Statements are kept prepared; queries are built from few parts, so this is seldom reached. */
const MAX_STATEMENTS = 200;

/**
 * One SQLite connection: the only place that touches the driver, and so the only one that knows
 * its ways. A boolean among the parameters would abort the whole process inside the driver, and so
 * would ending the thread during a call; hence the check here and no `terminate()` anywhere. Text
 * that is no UTF-8 would, too: select what a file holds by `numbers` and `bytes` of columns.ts only.
 */
export class Db {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  /** Throws a driver's error if the file cannot be opened. */
  constructor(path: string, busyMs: number) {
    this.path = path;
    this.#db = new Database(path);
    this.exec(`PRAGMA busy_timeout = ${busyMs}`);
  }

  /** All rows, each an array of its columns. Nothing stays open behind it. */
  rows(sql: string, parameters: SqlRow = []): SqlRow[] {
    return this.#statement(sql).raw().all(checked(parameters)) as SqlRow[];
  }

  /** The first row, if there is one. */
  row(sql: string, parameters: SqlRow = []): SqlRow | undefined {
    return this.rows(sql, parameters)[0];
  }

  /** The first column of the first row; null if there is none or it is no number. */
  number(sql: string, parameters: SqlRow = []): number | null {
    const guarded = sql.startsWith('SELECT')
      ? `SELECT ${numbers('v')} FROM (SELECT (${sql}) AS v)`
      : sql;
    const value = this.row(guarded, parameters)?.[0];
    return typeof value === 'number' ? value : null;
  }

  /** Returns the number of rows changed. */
  run(sql: string, parameters: SqlRow = []): number {
    return this.#statement(sql).run(checked(parameters)).changes;
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** Takes the write lock at once, so that a transaction fails at its begin or not at all. */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has already rolled it back.
      if (this.#db.inTransaction) this.exec('ROLLBACK');
      throw error;
    }
  }

  /** Reads one state of the file, whatever is written meanwhile. */
  snapshot<T>(work: () => T): T {
    this.exec('BEGIN');
    try {
      return work();
    } finally {
      if (this.#db.inTransaction) this.exec('ROLLBACK');
    }
  }

  /** Does what would change the file, and takes it back. Throws what the work throws. */
  trial(work: () => void): void {
    this.exec('BEGIN IMMEDIATE');
    try {
      work();
    } finally {
      if (this.#db.inTransaction) this.exec('ROLLBACK');
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.open) this.#db.close();
  }

  #statement(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function checked(parameters: SqlRow): SqlValue[] {
  for (const value of parameters) {
    if (typeof value === 'boolean') throw new TypeError('A boolean cannot be bound; use 0 or 1.');
  }
  return [...parameters];
}
