import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { sentence } from '../../../../shared/sentences.ts';
import type { PlainCode } from '../../../../shared/sentences.ts';
import { systemCode } from '../../errors.ts';
import { areIdsValid } from './append.ts';
import { Db } from './database.ts';
import { LedgerFailure, failureOf } from './failures.ts';
import type { FailureKind } from './failures.ts';
import { APPLICATION_ID, MIGRATIONS, migrate } from './migrations.ts';
import { BUSY_MS } from './open-file.ts';
import { expectedSchema, integrityFinding, schemaOf } from './integrity.ts';

/**
 * Writes a compact copy of a ledger in use, without blocking its writer. The copy gets its name
 * only when it is complete. It contains captures, so only its owner may read it. If it cannot be
 * written, or another file is there, throws a failure that names the target.
 */
export function backup(path: string, target: string): { readonly bytes: number } {
  const partial = `${target}.partial`;
  try {
    checkTarget(path, target);
  } catch (error) {
    throw named(error, target, 'written');
  }
  try {
    rmSync(partial, { force: true });
    copyInto(path, partial);
    renameSync(partial, target);
    return { bytes: statSync(target).size };
  } catch (error) {
    rmSync(partial, { force: true });
    throw named(error, target, 'written');
  }
}

/** A backup may replace an earlier backup, but not the ledger in use or any other file. */
function checkTarget(path: string, target: string): void {
  const folder = dirname(target);
  if (!existsSync(folder)) {
    const message = sentence('backup_no_folder', { folder });
    throw new LedgerFailure('other', message);
  }
  if (!statSync(folder).isDirectory()) {
    throw new LedgerFailure('other', sentence('backup_not_folder', { folder }));
  }
  if (!existsSync(target)) return;
  if (statSync(target).isDirectory()) {
    const message = sentence('backup_is_folder', { path: target });
    throw new LedgerFailure('other', message);
  }
  const isOther = !isInUse(path, target) && statSync(target).isFile();
  if (isOther && firstBytes(target) === SQLITE_HEADER) return;
  throw new LedgerFailure('other', sentence('backup_other_file', { path: target }));
}

/**
 * True for the ledger and its companion files. Only SQLite may open them: a process that closes a
 * file loses all its locks on it.
 */
function isInUse(path: string, file: string): boolean {
  const own = statSync(path);
  const { dev, ino } = statSync(file);
  return (own.dev === dev && own.ino === ino) || realpathSync(file).startsWith(realpathSync(path));
}

const SQLITE_HEADER = 'SQLite format 3\0';

function firstBytes(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(SQLITE_HEADER.length);
    return bytes.toString('latin1', 0, readSync(handle, bytes));
  } finally {
    closeSync(handle);
  }
}

function copyInto(path: string, file: string): void {
  // An empty file is an accepted target, and this one has the right mode from the start.
  closeSync(openSync(file, 'wx', 0o600));
  const db = new Db(path, BUSY_MS);
  try {
    db.run('VACUUM INTO ?', [file]);
  } finally {
    db.close();
  }
}

/** Failure messages name the ledger; these name the user's file. */
function named(error: unknown, file: string, done: 'written' | 'imported'): unknown {
  const { kind } = failureOf(error);
  if (error instanceof LedgerFailure || kind === 'corrupt') return error;
  const code = systemCode(error) ?? 'failed';
  const values = { path: file, code, advice: { text: ADVICE[kind] ?? ADVICE.other } };
  const message =
    done === 'written'
      ? sentence('file_not_written', values)
      : sentence('file_not_imported', values);
  return new LedgerFailure(kind, message, error);
}

/** The advice for a problem with the user's file. */
const ADVICE: Partial<Record<FailureKind, PlainCode>> & { readonly other: PlainCode } = {
  full: 'advise_space',
  locked: 'advise_unlock',
  readonly: 'advise_permission',
  other: 'advise_place',
};

/**
 * Copies a backup to a file beside the ledger, checks the copy and migrates it, so that a rename
 * can put it in the ledger's place. Only reads the given file. Throws a failure that describes what
 * is wrong with it.
 */
export function checkImport(
  path: string,
  file: string,
  now: number,
): { readonly incoming: string; readonly rows: number } {
  if (!existsSync(file))
    throw new LedgerFailure('other', sentence('import_no_file', { path: file }));
  if (statSync(file).isDirectory()) {
    throw new LedgerFailure('other', sentence('import_is_folder', { path: file }));
  }
  if (!statSync(file).isFile())
    throw new LedgerFailure('other', sentence('import_not_file', { path: file }));
  if (isInUse(path, file))
    throw new LedgerFailure('other', sentence('import_in_use', { path: file }));
  const incoming = path.replace(/\.db$/, '') + `.incoming-${now}.db`;
  try {
    // The newest rows of a raw copy of a ledger in use are in a companion file.
    for (const suffix of ['', '-wal']) {
      if (existsSync(file + suffix)) copyFileSync(file + suffix, incoming + suffix);
    }
    chmodSync(incoming, 0o600);
    const rows = checkCopy(incoming, file);
    return { incoming, rows };
  } catch (error) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(incoming + suffix, { force: true });
    if (failureOf(error).kind !== 'corrupt') throw named(error, file, 'imported');
    const message = sentence('import_damaged', { path: file });
    throw new LedgerFailure('other', message, error);
  }
}

function checkCopy(incoming: string, file: string): number {
  const db = new Db(incoming, BUSY_MS);
  try {
    // The schema is untrusted until it was compared with the expected one.
    db.exec('PRAGMA trusted_schema = OFF');
    const version = db.number('PRAGMA user_version') ?? 0;
    if (db.number('PRAGMA application_id') !== APPLICATION_ID || version < 1) {
      throw new LedgerFailure('other', sentence('import_no_backup', { path: file }));
    }
    if (version > MIGRATIONS.length) {
      throw new LedgerFailure('newer', sentence('import_newer', { path: file }));
    }
    if (schemaOf(db).join('\n') !== expectedSchema(version).join('\n')) {
      throw new LedgerFailure('other', sentence('import_tables', { path: file }));
    }
    const orphan = db.row('SELECT 1 FROM pragma_foreign_key_check');
    if (integrityFinding(db) !== null || orphan !== undefined || !areIdsValid(db)) {
      throw new LedgerFailure('other', sentence('import_another', { path: file }));
    }
    db.exec('PRAGMA foreign_keys = ON');
    migrate(db);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.exec('PRAGMA journal_mode = DELETE');
    return db.number('SELECT count(*) FROM activity') ?? 0;
  } finally {
    db.close();
  }
}
