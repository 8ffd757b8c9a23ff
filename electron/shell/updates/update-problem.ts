import { sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import { systemCode } from '../../core/errors.ts';

/** What was tried. */
export type UpdateAttempt = 'check' | 'download' | 'install';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);
const NOT_ALLOWED = new Set(['EACCES', 'EPERM', 'EROFS']);
/** The bytes that came are not those that were announced. */
const WRONG_BYTES = new Set(['ERR_CHECKSUM_MISMATCH', 'ERR_UPDATER_INVALID_SIGNATURE']);

/**
 * Why a try failed and what to do, from an error of electron-updater, of Chromium's network or of the system. Whatever
 * it is, the running version goes on.
 * @param where the address that was asked, the folder that was written to, or the program that was to be replaced
 */
export function updateProblem(attempt: UpdateAttempt, error: unknown, where: string): Sentence {
  const code = codeOf(error);
  const reason = reasonOf(error);
  if (code !== null && NO_ROOM.has(code)) return sentence('app_update_no_room', { where });
  if (code !== null && NOT_ALLOWED.has(code)) return sentence('app_update_not_allowed', { where });
  if (code !== null && WRONG_BYTES.has(code)) return sentence('app_update_wrong_bytes');
  switch (attempt) {
    case 'check':
      return sentence('app_update_no_answer', { where, reason });
    case 'download':
      return sentence('app_update_broken_off', { reason });
    case 'install':
      return sentence('app_update_not_installed', { reason });
  }
}

/** The system's code is in the text of an error that electron-updater has wrapped. */
function codeOf(error: unknown): string | null {
  const code = systemCode(error);
  if (code !== null && !code.startsWith('ERR_UPDATER')) return code;
  return /\b(?:ENOSPC|EDQUOT)\b/.exec(textOf(error))?.[0] ?? code;
}

/** The first line only: electron-updater adds headers, bodies and stacks. */
function reasonOf(error: unknown): string {
  const [line = ''] = textOf(error).split('\n');
  return line.slice(0, 200).trim();
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
