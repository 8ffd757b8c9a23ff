import { app, dialog } from 'electron';
import { TokwattError } from '../core/errors.ts';

/** A wrong flag, a wrong setting, a taken port. */
const EXIT_USAGE = 2;
const EXIT_INTERNAL = 1;

/**
 * Ends a start that failed: one line on standard error, and status 2 for what the user
 * can correct. Whoever clicked an icon sees no standard
 * error, so there (no terminal and no flags, as a launcher starts it) a dialog says it too.
 */
export async function failStart(error: unknown, clicked: boolean): Promise<void> {
  const expected = error instanceof TokwattError;
  const message = error instanceof Error ? error.message : String(error);
  const detail = expected ? message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`tokwatt: ${detail}\n`);
  if (clicked && !process.stderr.isTTY) {
    await app.whenReady();
    await dialog.showMessageBox({
      type: 'error',
      title: 'Tokwatt',
      message: 'Tokwatt could not start.',
      detail: message,
    });
  }
  app.exit(expected ? EXIT_USAGE : EXIT_INTERNAL);
}
