import { englishOf, inEnglish, sentence, sentenceOf } from '../../../../shared/sentences.ts';
import type { Message, Sentence, SentenceCode } from '../../../../shared/sentences.ts';
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
  /** The message for other languages; null if it has no code. */
  readonly said: Sentence | null;
}

/** An error with a known kind. */
export class LedgerFailure extends Error implements Failure {
  readonly kind: FailureKind;
  readonly said: Sentence | null;

  constructor(kind: FailureKind, message: Message, cause?: unknown) {
    super(englishOf(message), cause === undefined ? undefined : { cause });
    this.name = 'LedgerFailure';
    this.kind = kind;
    this.said = sentenceOf(message);
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

const MESSAGES = {
  full: 'disk_full',
  locked: 'ledger_locked',
  readonly: 'ledger_readonly',
  io: 'ledger_io',
  corrupt: 'ledger_corrupt',
  newer: 'ledger_newer',
  foreign: 'ledger_foreign',
  row: 'ledger_row',
  other: 'ledger_unusable',
} as const satisfies Record<FailureKind, SentenceCode>;

/** Determines the kind of an error of SQLite, its driver or the file system. */
export function failureOf(error: unknown): Failure {
  if (error instanceof LedgerFailure) {
    const { kind, message, said } = error;
    return { kind, message, said };
  }
  const code = codeOf(error);
  const kind = KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? rowError(error);
  const detail = error instanceof Error ? error.message : String(error);
  const said = sentence(MESSAGES[kind], { words: detail.replace(/\s+/g, ' ') });
  return { kind, message: inEnglish(said), said };
}

/** The message of any error of the ledger. */
export function messageIn(error: unknown): Message {
  if (error instanceof LedgerFailure) return error.said ?? error.message;
  return error instanceof Error ? error.message : String(error);
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
    throw new TokwattError('file', error.said ?? error.message, { status: 422, cause: error });
  }
}
