import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import { sentence } from '../../../../shared/sentences.ts';
import { systemCode } from '../../errors.ts';
import { Db } from './database.ts';
import { LedgerFailure, failureOf } from './failures.ts';
import { APPLICATION_ID, MIGRATIONS, migrate } from './migrations.ts';
import { inspectForm, quickFinding, tryWriting } from './integrity.ts';

/** Longest time that a statement waits for another connection's lock, milliseconds. */
export const BUSY_MS = 300;
/**
 * Largest file that is checked completely, bytes. Damage in larger files is found only when it is
 * read.
 */
const MAX_CHECKED_BYTES = 64 * 1024 * 1024;

export interface OpenedFile {
  readonly db: Db;
  /** The path to which a damaged file was moved; null if there was none. */
  readonly setAside: string | null;
}

/**
 * Opens the ledger for writing, creates it if there is none, and migrates an old one. A damaged
 * file is set aside under a new name, never overwritten. If this version must not write the file,
 * throws a `newer` or `foreign` failure and leaves the file unchanged. Any other failure may be
 * temporary.
 */
export function openFile(
  path: string,
  now: number,
  maxCheckedBytes: number = MAX_CHECKED_BYTES,
): OpenedFile {
  try {
    return { db: openSound(path, now, maxCheckedBytes), setAside: null };
  } catch (error) {
    if (failureOf(error).kind !== 'corrupt') throw error;
    const aside = setAside(path, 'corrupt', now);
    return { db: openSound(path, now, maxCheckedBytes), setAside: aside };
  }
}

function openSound(path: string, now: number, maxCheckedBytes: number): Db {
  const fresh = !existsSync(path) || statSync(path).size === 0;
  // Rows contain programs, addresses and perhaps prompts, so only the owner may read them.
  if (fresh) closeSync(openSync(path, 'a', 0o600));
  const db = new Db(path, BUSY_MS);
  try {
    if (!fresh) inspect(db, maxCheckedBytes);
    prepare(db);
    if (!fresh) tryWriting(db, now);
    return db;
  } catch (error) {
    db.close();
    throw fresh ? error : withoutSense(error);
  }
}

/** All statements are valid SQL, so an SQL error means that the file is damaged. */
function withoutSense(error: unknown): unknown {
  if (systemCode(error) !== 'SQLITE_ERROR') return error;
  return new LedgerFailure('corrupt', failureOf(error).message, error);
}

/** Only reads, because all problems of a file must be known before anything is written to it. */
function inspect(db: Db, maxCheckedBytes: number): void {
  const objects = db.number('SELECT count(*) FROM sqlite_schema') ?? 0;
  if (objects > 0 && db.number('PRAGMA application_id') !== APPLICATION_ID) {
    throw new LedgerFailure('foreign', sentence('database_foreign', { path: db.path }));
  }
  const version = db.number('PRAGMA user_version') ?? 0;
  if (version > MIGRATIONS.length) {
    throw new LedgerFailure(
      'newer',
      sentence('database_newer', {
        path: db.path,
        form: String(version),
        known: String(MIGRATIONS.length),
      }),
    );
  }
  inspectForm(db, version);
  if (statSync(db.path).size > maxCheckedBytes) return;
  const finding = quickFinding(db);
  if (finding !== null) throw new LedgerFailure('corrupt', `${db.path}: ${finding}`);
}

/**
 * NORMAL keeps every acknowledged row if the process is killed. A power failure can lose the last
 * seconds, but does not corrupt the file.
 */
function prepare(db: Db): void {
  // Takes effect only before the first table is created; the other settings are per connection.
  db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec('PRAGMA foreign_keys = ON');
  db.exec('PRAGMA trusted_schema = OFF');
  db.exec(`PRAGMA journal_size_limit = ${16 * 1024 * 1024}`);
  db.exec('PRAGMA cache_size = -8000');
  migrate(db);
}

/**
 * Opens the ledger for reading, in addition to the writer. The writer must have opened it first.
 */
export function openForReading(path: string): Db {
  const db = new Db(path, BUSY_MS);
  db.exec('PRAGMA query_only = ON');
  db.exec('PRAGMA trusted_schema = OFF');
  db.exec('PRAGMA cache_size = -16000');
  return db;
}

/**
 * Moves a file and its companion files to a new name, and returns it. No connection may be open.
 */
export function setAside(path: string, why: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:.Z]/g, '');
  const stem = path.replace(/\.db$/, '');
  let aside = `${stem}.${why}-${stamp}.db`;
  for (let n = 2; existsSync(aside); n++) aside = `${stem}.${why}-${stamp}-${n}.db`;
  renameSync(path, aside);
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}
