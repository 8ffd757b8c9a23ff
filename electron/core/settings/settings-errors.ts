import { joined, sentence } from '../../../shared/sentences.ts';
import { parseSettings } from '../../../shared/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { refusalIn } from './setting-rules.ts';
import { TokwattError, systemCode } from '../errors.ts';

/** The error for invalid settings. Each problem is a line that begins with the setting's path. */
export function badRequest(...problems: readonly string[]): TokwattError {
  const lines = joined('settings_also', problems.map(refusalIn)) ?? '';
  const message = sentence('settings_wrong', { problems: lines });
  return new TokwattError('bad_request', message, { status: 400 });
}

/** The error for a change while the file holds a refused edit, which the change would overwrite. */
export function refusedEdit(refusal: string): TokwattError {
  const message = sentence('edit_refused', { reason: refusal });
  return new TokwattError('settings', message, { status: 409 });
}

/** The error for a settings file that cannot be written. */
export function unsaved(error: unknown): TokwattError {
  const message = sentence('settings_unsaved', { code: systemCode(error) ?? 'failed' });
  return new TokwattError('settings', message, { status: 500, cause: error });
}

/** Parses a settings document. Throws a `bad_request` error that lists all problems. */
export function validSettings(document: Record<string, unknown>): Settings {
  const result = parseSettings(document);
  if (result.ok) return result.settings;
  throw badRequest(...result.problems);
}
