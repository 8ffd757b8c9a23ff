import type { Log } from '../log.ts';

/** Logs an error thrown by a tap. Call it once for an exchange. */
export function logMeteringFailure(log: Log, error: unknown): void {
  // Only the stack is logged: it names code, while the message might quote a prompt.
  const where = error instanceof Error ? (error.stack ?? '').split('\n    at ')[1] : undefined;
  log.error(
    { error: error instanceof Error ? error.name : typeof error, at: where ?? null },
    'Metering failed inside an exchange; its traffic passes unmetered.',
  );
}
