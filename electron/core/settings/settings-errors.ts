import { TokwattError, systemCode } from '../errors.ts';

/** A change that is no valid setting. `message` has no full stop. */
export function badRequest(message: string): TokwattError {
  return new TokwattError('bad_request', `${message}.`, { status: 400 });
}

/** A change that would overwrite what somebody wrote into the file, which was refused. */
export function refusedEdit(refusal: string): TokwattError {
  const message = `${refusal} Correct the file or delete it; then change settings here.`;
  return new TokwattError('settings', message, { status: 409 });
}

/** The file cannot be written. */
export function unsaved(error: unknown): TokwattError {
  const message = `The settings could not be saved (${systemCode(error) ?? 'failed'}): is the disk full or the data folder read-only?`;
  return new TokwattError('settings', message, { status: 500, cause: error });
}
