import type { Language } from '../appearance.ts';
import { chooseLocale } from './messages.ts';
import type { Locale } from './messages.ts';

/** The locale of numbers of each language. */
const NUMBERS: Readonly<Record<Locale, string>> = { en: 'en-US', de: 'de-DE', 'zh-CN': 'zh-CN' };

/** The language to show for a choice, where the system prefers these. */
export function localeFor(language: Language, preferred: readonly string[]): Locale {
  return language === 'system' ? chooseLocale(preferred) : language;
}

/** The locale (BCP 47) in which a language writes numbers. */
export function numbersOf(locale: Locale): string {
  return NUMBERS[locale];
}
