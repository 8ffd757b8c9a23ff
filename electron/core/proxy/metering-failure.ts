import type { Log } from '../log.ts';

/** Logs what was thrown while an exchange was looked at. Call it once for an exchange. */
export function logMeteringFailure(log: Log, error: unknown): void {
  // The stack names code, the message might quote a prompt: only the former is safe to keep.
  const where = error instanceof Error ? (error.stack ?? '').split('\n    at ')[1] : undefined;
  log.error(
    { error: error instanceof Error ? error.name : typeof error, at: where ?? null },
    'Metering failed inside an exchange; its traffic goes on unmetered.',
  );
}
