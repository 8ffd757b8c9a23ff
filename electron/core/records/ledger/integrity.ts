import { appendAll, areIdsValid, readLastId } from './append.ts';
import { saveCapture } from './captures.ts';
import { bytes } from './columns.ts';
import { Db } from './database.ts';
import { LedgerFailure, failureOf } from './failures.ts';
import { MIGRATIONS, migrate } from './migrations.ts';
import { NameWriter } from './names.ts';
import { flatten } from './rows.ts';
import { asText } from './sql-values.ts';
import { WRITE_TEST_RECORD } from './write-test-record.ts';

/** Of the file's header, the version needed to write the file; SQLite knows 1 and 2. */
const WRITE_VERSION = 18;
/** Few rows, and what every new row leans on: checked in a file of any size. */
const SMALL_TABLES = ['name', 'meta', 'gpu'];

/**
 * Finds damage that would let the file be opened and then refuse each write or each question: in
 * the header, in what is defined, in the ids and in the names. Reads only, and through SQLite: a
 * process that opens the file beside it would lose its locks. Throws a `corrupt` failure.
 */
export function inspectForm(db: Db, version: number): void {
  const found = new Set(schemaOf(db));
  const isWhole = expectedSchema(version).every((definition) => found.has(definition));
  // What somebody added does no harm.
  if (found.size > 0 && !isWhole) throw damaged(db, 'its tables are');
  if (!isWritable(db)) throw damaged(db, 'its header is');
  if (version === 0) return;
  if (!areIdsValid(db)) throw damaged(db, 'its ids are');
  for (const table of SMALL_TABLES.filter((name) => isThere(db, name))) {
    const finding = integrityFinding(db, table);
    if (finding !== null) throw damaged(db, `${finding}; its ${table} table is`);
  }
}

/**
 * Stores an exchange of every kind in every table and takes it back. A sound file takes it; what
 * may pass, like a full disk or a lock, is for the rows' own attempts to find out.
 */
export function tryWriting(db: Db, now: number): void {
  const record = { ...WRITE_TEST_RECORD, id: readLastId(db) + 1, completedAt: now };
  const peaks = [{ minute: 0, upstream: null, model: null, inFlight: 1 }];
  const message = { headers: [], body: new Uint8Array(1), bodyBytes: 1 };
  try {
    db.trial(() => {
      appendAll(db, new NameWriter(db), { rows: [flatten(record)], peaks, gpu: [] });
      saveCapture(db, record.id, now, { request: message, response: message });
    });
  } catch (error) {
    const { kind, message: why } = failureOf(error);
    if (kind === 'row' || kind === 'other') throw damaged(db, `${why}; it is`);
    if (kind === 'corrupt') throw error;
  }
}

/** What SQLite finds wrong with a file, or with one table and its indexes; null for nothing. */
export function integrityFinding(db: Db, table?: string): string | null {
  const argument = table === undefined ? '1' : `'${table}'`;
  return findingOf(db, `integrity_check(${argument})`);
}

/** As {@link integrityFinding} of a whole file, without comparing indexes to rows. */
export function quickFinding(db: Db): string | null {
  return findingOf(db, 'quick_check(1)');
}

/** A finding names what it found, which may be damaged text: it is taken as bytes. */
function findingOf(db: Db, pragma: string): string | null {
  const column = pragma.slice(0, pragma.indexOf('('));
  const finding = asText(db.row(`SELECT ${bytes(column)} FROM pragma_${pragma}`)?.[0]);
  return finding === 'ok' ? null : (finding ?? 'it cannot be checked');
}

/** With another write version, SQLite opens the file and refuses each write as if it were protected. */
function isWritable(db: Db): boolean {
  const sql = `SELECT ${bytes(`substr(data, ${WRITE_VERSION + 1}, 1)`)} FROM sqlite_dbpage WHERE pgno = 1`;
  const value = db.row(sql)?.[0];
  return !(value instanceof Uint8Array) || (value[0] ?? 0) <= 2;
}

function isThere(db: Db, table: string): boolean {
  return db.row('SELECT 1 FROM sqlite_schema WHERE name = ?', [table]) !== undefined;
}

function damaged(db: Db, what: string): LedgerFailure {
  return new LedgerFailure('corrupt', `${db.path}: ${what} damaged.`);
}

/** Everything that is defined in a file: tables, indexes, and triggers and views if it had any. */
export function schemaOf(db: Db): string[] {
  return db
    .rows(
      `SELECT ${bytes('type', 'name', 'tbl_name', 'sql')} FROM sqlite_schema ORDER BY type, name`,
    )
    .map((row) => row.map((value) => asText(value)).join('\u0000'));
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
