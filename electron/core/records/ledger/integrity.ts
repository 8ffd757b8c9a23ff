import { appendAll, areIdsValid, readLastId } from './append.ts';
import { saveCapture } from './captures.ts';
import { bytes } from './columns.ts';
import { Db } from './database.ts';
import { LedgerFailure, failureOf } from './failures.ts';
import { MIGRATIONS, migrate } from './migrations.ts';
import { NameWriter } from './names.ts';
import { flatten } from './rows.ts';
import { asText } from './sql-values.ts';
import { WRITE_TEST_ENERGY, WRITE_TEST_RECORD } from './write-test-record.ts';

/** Offset in the file's header of the version needed to write the file. SQLite supports 1 and 2. */
const WRITE_VERSION = 18;
/** Tables with few rows that every new row needs. They are checked in a file of any size. */
const SMALL_TABLES = ['name', 'meta', 'gpu'];

/**
 * Finds damage with which the file opens but each write or query fails: in the header, the schema,
 * the ids and the names. Only reads, and only through SQLite, because a process that opens and
 * closes the file directly loses its locks. Throws a `corrupt` failure.
 */
export function inspectForm(db: Db, version: number): void {
  const found = new Set(schemaOf(db));
  const isWhole = expectedSchema(version).every((definition) => found.has(definition));
  // Additional tables do no harm.
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
 * Writes one row into every table and rolls back. If this fails, the file is corrupt, unless the
 * cause is temporary (a full disk, a lock). Temporary causes are left to the rows' own attempts.
 */
export function tryWriting(db: Db, now: number): void {
  const record = { ...WRITE_TEST_RECORD, id: readLastId(db) + 1, completedAt: now };
  const peaks = [{ minute: 0, upstream: null, model: null, inFlight: 1 }];
  const energy = [{ ...WRITE_TEST_ENERGY, sample: now }];
  const message = { headers: [], body: new Uint8Array(1), bodyBytes: 1 };
  try {
    db.trial(() => {
      appendAll(db, new NameWriter(db), { rows: [flatten(record)], peaks, gpu: [], energy });
      saveCapture(db, record.id, now, { request: message, response: message });
    });
  } catch (error) {
    const { kind, message: why } = failureOf(error);
    if (kind === 'row' || kind === 'other') throw damaged(db, `${why}; it is`);
    if (kind === 'corrupt') throw error;
  }
}

/**
 * Runs SQLite's integrity check on a file, or on one table and its indexes. Returns the first
 * finding; null for none.
 */
export function integrityFinding(db: Db, table?: string): string | null {
  const argument = table === undefined ? '1' : `'${table}'`;
  return findingOf(db, `integrity_check(${argument})`);
}

/** Like {@link integrityFinding} for a whole file, but does not compare indexes with rows. */
export function quickFinding(db: Db): string | null {
  return findingOf(db, 'quick_check(1)');
}

/** Selects the finding as bytes, because it quotes text that may be damaged. */
function findingOf(db: Db, pragma: string): string | null {
  const column = pragma.slice(0, pragma.indexOf('('));
  const finding = asText(db.row(`SELECT ${bytes(column)} FROM pragma_${pragma}`)?.[0]);
  return finding === 'ok' ? null : (finding ?? 'it cannot be checked');
}

/**
 * With another write version, SQLite opens the file but refuses each write as if it were read-only.
 */
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

/** Returns all definitions of a file: tables, indexes, and possible triggers and views. */
export function schemaOf(db: Db): string[] {
  return db
    .rows(
      `SELECT ${bytes('type', 'name', 'tbl_name', 'sql')} FROM sqlite_schema ORDER BY type, name`,
    )
    .map((row) => row.map((value) => asText(value)).join('\u0000'));
}

/** Returns the definitions of a ledger of a version. */
export function expectedSchema(version: number): string[] {
  const db = new Db(':memory:', 0);
  try {
    migrate(db, MIGRATIONS.slice(0, version));
    return schemaOf(db);
  } finally {
    db.close();
  }
}
