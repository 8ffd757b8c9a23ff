import { app, dialog } from 'electron';
import type { State } from '../../shared/snapshot.ts';
import { desktopWords } from './desktop-words.ts';
import { localeNow } from './locale-now.ts';
import { QUIT_ANSWERS, QuitQuestion } from './quit-question.ts';
import type { QuitAnswer, QuitText } from './quit-question.ts';

/** Asks with a dialog of the system before quitting cuts off answers. */
export function askBeforeQuitting(read: () => State): QuitQuestion {
  return new QuitQuestion({
    inFlight: () => cutOff(read()),
    words: () => desktopWords(localeNow(read())),
    ask: showQuestion,
    quit: () => app.quit(),
  });
}

/** A headless core goes on without this desktop. */
function cutOff({ attachment, inFlight }: State): State['inFlight'] {
  return attachment === null ? inFlight : [];
}

/** A dialog of its own, because there may be no window. Closing it cancels. */
async function showQuestion({ title, body, answers }: QuitText): Promise<QuitAnswer> {
  const cancelId = QUIT_ANSWERS.indexOf('cancel');
  const { response } = await dialog.showMessageBox({
    ...{ type: 'question', title: 'Tokwatt', message: title, detail: body },
    ...{ buttons: [...answers], defaultId: 0, cancelId, noLink: true },
  });
  return QUIT_ANSWERS[response] ?? 'cancel';
}
