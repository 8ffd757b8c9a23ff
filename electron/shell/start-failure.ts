import { app, dialog } from 'electron';
import { TokwattError } from '../core/errors.ts';

/** A wrong flag, a wrong setting, a taken port. */
const EXIT_USAGE = 2;
const EXIT_INTERNAL = 1;

/**
 * Ends a failed start with one line on standard error, and status 2 if the user can correct it. A start
 * from an icon (no terminal and no flags) shows a dialog too, because standard error is invisible there.
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
