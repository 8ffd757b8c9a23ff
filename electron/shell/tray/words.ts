import { inFormatLocale } from '../../../shared/format-locale.ts';
import { tray as german } from '../../../shared/messages/de/tray.ts';
import { tray as english } from '../../../shared/messages/en/tray.ts';
import { numbersOf } from '../../../shared/messages/locales.ts';
import type { Locale } from '../../../shared/messages/messages.ts';
import { tray as chinese } from '../../../shared/messages/zh-CN/tray.ts';
import { shownUnits } from '../shown-units.ts';
import { wordsOf } from '../words.ts';

/** The tray's texts in a language. */
export const trayWords = wordsOf({ en: english, de: german, 'zh-CN': chinese });

/** What `make` returns, with its numbers as the language writes them and the units that people read. */
export function inLanguage<T>(locale: Locale, make: () => T): T {
  return inFormatLocale(numbersOf(locale), shownUnits(), make);
}
