import { app } from 'electron';
import { localeFor } from '../../shared/messages/locales.ts';
import type { Locale } from '../../shared/messages/messages.ts';
import type { State } from '../../shared/snapshot.ts';

/** The language of tray, notifications and dialogs: that of the settings, else of the system. */
export function localeNow({ app: { appearance } }: State): Locale {
  return localeFor(appearance.language, app.getPreferredSystemLanguages());
}
