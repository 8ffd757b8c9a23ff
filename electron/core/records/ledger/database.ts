import Database from 'libsql';
import { numbers } from './columns.ts';

export type SqlValue = number | string | bigint | Uint8Array | null;
export type SqlRow = readonly SqlValue[];

/**
 * Most prepared statements in the cache. Queries are built from few parts, so this is seldom
 * reached.
 */
const MAX_STATEMENTS = 200;

/**
 * One SQLite connection. All use of the driver is here, because some calls abort the whole process:
 * a boolean parameter (so parameters are checked here), ending the thread during a call (so
 * `terminate()` is never used), and text that is not UTF-8 (so stored values are selected only with
 * `numbers` and `bytes` of columns.ts).
 */
export class Db {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  /** Throws the driver's error if the file cannot be opened. */
  constructor(path: string, busyMs: number) {
    this.path = path;
    this.#db = new Database(path);
    this.exec(`PRAGMA busy_timeout = ${busyMs}`);
  }

  /** Returns all rows, each an array of its columns. Leaves no statement open. */
  rows(sql: string, parameters: SqlRow = []): SqlRow[] {
    return this.#statement(sql).raw().all(checked(parameters)) as SqlRow[];
  }

  /** Returns the first row; undefined if there is none. */
  row(sql: string, parameters: SqlRow = []): SqlRow | undefined {
    return this.rows(sql, parameters)[0];
  }

  /** Returns the first column of the first row; null if there is none or it is not a number. */
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

  /**
   * Runs work in a transaction. Takes the write lock first, so that a lock conflict occurs only at
   * the start.
   */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // After a full disk, SQLite has already rolled it back.
      if (this.#db.inTransaction) this.exec('ROLLBACK');
      throw error;
    }
  }

  /** Runs work on one state of the file, even if rows are written meanwhile. */
  snapshot<T>(work: () => T): T {
    this.exec('BEGIN');
    try {
      return work();
    } finally {
      if (this.#db.inTransaction) this.exec('ROLLBACK');
    }
  }

  /** Runs work that changes the file, then rolls it back. Throws the errors of the work. */
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
