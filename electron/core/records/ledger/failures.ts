import { TokwattError, systemCode } from '../../errors.ts';

/**
 * The kind of a ledger failure, by what to do next:
 * - `full`, `locked`, `readonly`, `io`: temporary; try again later
 * - `corrupt`: the file is damaged; set it aside and start a new one
 * - `newer`, `foreign`: this version must not write the file; leave it unchanged
 * - `row`: this row cannot be stored, but others can
 * - `other`: anything else; try again later
 */
export type FailureKind =
  'full' | 'locked' | 'readonly' | 'io' | 'corrupt' | 'newer' | 'foreign' | 'row' | 'other';

export interface Failure {
  readonly kind: FailureKind;
  /** One line for the user: what is wrong and what to do. */
  readonly message: string;
}

/** An error with a known kind. */
export class LedgerFailure extends Error implements Failure {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LedgerFailure';
    this.kind = kind;
  }
}

/**
 * A row with a damaged key may be found but not deleted, although SQLite counts it as deleted.
 * Throw this within the transaction, so that the same step is not repeated forever.
 */
export function undeletable(table: string): LedgerFailure {
  return new LedgerFailure('row', `A damaged row of ${table} cannot be deleted.`);
}

const KINDS: readonly (readonly [RegExp, FailureKind])[] = [
  [/^SQLITE_FULL|^ENOSPC|^EDQUOT|^EFBIG/, 'full'],
  [/^SQLITE_IOERR_SHM(SIZE|OPEN)/, 'full'],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, 'locked'],
  [/^SQLITE_(READONLY|PERM|AUTH)|^EROFS|^EACCES|^EPERM/, 'readonly'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'corrupt'],
  [/^SQLITE_(IOERR|CANTOPEN|NOMEM)|^E[A-Z]+$/, 'io'],
  [/^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/, 'row'],
];

const MESSAGES: Record<FailureKind, string> = {
  full: 'The disk is full: free some space; until then finished exchanges wait in memory.',
  locked:
    'Another program holds the ledger: close it; until then finished exchanges wait in memory.',
  readonly: 'The ledger cannot be written: make its file and folder writable.',
  io: 'The ledger cannot be opened or written: check the disk and the number of open files.',
  corrupt: 'The ledger is damaged.',
  newer: 'The ledger was written by a newer version of Tokwatt: update Tokwatt to use it.',
  foreign: 'The ledger is a database of another program: move it away, or choose another folder.',
  row: 'An exchange could not be stored.',
  other: 'The ledger cannot be used.',
};

/** Determines the kind of an error of SQLite, its driver or the file system. */
export function failureOf(error: unknown): Failure {
  if (error instanceof LedgerFailure) return { kind: error.kind, message: error.message };
  const code = codeOf(error);
  const kind = KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? rowError(error);
  const detail = error instanceof Error ? error.message : String(error);
  return { kind, message: `${MESSAGES[kind]} (${detail.replace(/\s+/g, ' ')})` };
}

function rowError(error: unknown): FailureKind {
  return error instanceof TypeError || error instanceof RangeError ? 'row' : 'other';
}

/** If opening fails, the driver gives no code, only SQLite's number at the end of its message. */
function codeOf(error: unknown): string {
  const code = systemCode(error);
  if (code !== null && code !== '') return code;
  const number = error instanceof Error ? /: (\d+)\W*$/.exec(error.message)?.[1] : undefined;
  if (number === undefined) return '';
  const primary = Number(number) & 0xff;
  const codes: Record<number, string> = {
    5: 'SQLITE_BUSY',
    6: 'SQLITE_LOCKED',
    8: 'SQLITE_READONLY',
    10: 'SQLITE_IOERR',
    11: 'SQLITE_CORRUPT',
    13: 'SQLITE_FULL',
    14: 'SQLITE_CANTOPEN',
    26: 'SQLITE_NOTADB',
  };
  return codes[primary] ?? '';
}

/**
 * Waits for work on a file that the user named. Rejects with a `file` error (422) if that file is at
 * fault; damage of the ledger itself is passed on as it is.
 */
export async function onFile<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof LedgerFailure) || error.kind === 'corrupt') throw error;
    throw new TokwattError('file', error.message, { status: 422, cause: error });
  }
}
