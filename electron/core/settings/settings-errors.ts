import { parseSettings } from '../../../shared/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { TokwattError, systemCode } from '../errors.ts';

/** The error for an invalid setting. `message` has no full stop. */
export function badRequest(message: string): TokwattError {
  return new TokwattError('bad_request', `${message}.`, { status: 400 });
}

/** The error for a change while the file holds a refused edit, which the change would overwrite. */
export function refusedEdit(refusal: string): TokwattError {
  const message = `${refusal} Correct the file or delete it; then change settings here.`;
  return new TokwattError('settings', message, { status: 409 });
}

/** The error for a settings file that cannot be written. */
export function unsaved(error: unknown): TokwattError {
  const message = `The settings could not be saved (${systemCode(error) ?? 'failed'}): is the disk full or the data folder read-only?`;
  return new TokwattError('settings', message, { status: 500, cause: error });
}

/** Parses a settings document. Throws a `bad_request` error that lists all problems. */
export function validSettings(document: Record<string, unknown>): Settings {
  const result = parseSettings(document);
  if (result.ok) return result.settings;
  throw badRequest(result.problems.join('; '));
}
