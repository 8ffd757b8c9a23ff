import { closeSync, openSync, readSync } from 'node:fs';
import { Db } from './database.ts';
import { MIGRATIONS, migrate } from './migrations.ts';

/** What every SQLite file begins with. */
const SQLITE_HEADER = 'SQLite format 3\0';
/** Of the header's fields, the version needed to write the file; SQLite knows 1 and 2. */
const WRITE_VERSION = 18;

/** True for a file that begins as an SQLite database does. */
export function isDatabaseFile(file: string): boolean {
  return beginOf(file).toString('latin1', 0, SQLITE_HEADER.length) === SQLITE_HEADER;
}

/**
 * True if SQLite could write the file for all its header says. With another value there it would
 * open the file and refuse each write, as if the file were protected.
 */
export function isWritableFormat(file: string): boolean {
  return (beginOf(file)[WRITE_VERSION] ?? 0) <= 2;
}

function beginOf(file: string): Buffer {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(WRITE_VERSION + 1);
    return bytes.subarray(0, readSync(handle, bytes));
  } finally {
    closeSync(handle);
  }
}

/** Everything that is defined in a file: tables, indexes, and triggers and views if it had any. */
export function schemaOf(db: Db): string[] {
  return db
    .rows(`SELECT type, name, sql FROM sqlite_schema ORDER BY type, name`)
    .map((row) => row.join('\u0000'));
}

/** What is defined in a ledger of a version. */
export function expectedSchema(version: number): string[] {
  const db = new Db(':memory:', 0);
  try {
    migrate(db, MIGRATIONS.slice(0, version));
    return schemaOf(db);
  } finally {
    db.close();
  }
}
