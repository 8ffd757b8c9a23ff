import type { Language } from '../../shared/appearance.ts';
import { en } from '../../shared/messages/en/index.ts';
import { chooseLocale } from '../../shared/messages/messages.ts';
import type { Locale, Messages } from '../../shared/messages/messages.ts';

/** The texts of a language, which are loaded when the language is first needed. */
const LOADERS: Readonly<Record<Locale, () => Promise<Messages>>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import('../../shared/messages/de/index.ts')).de,
  'zh-CN': async () => (await import('../../shared/messages/zh-CN/index.ts')).zhCn,
};

/** The locale of numbers of each language. */
const NUMBERS: Readonly<Record<Locale, string>> = { en: 'en-US', de: 'de-DE', 'zh-CN': 'zh-CN' };

/** Each language by its own name. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = {
  en: 'English',
  de: 'Deutsch',
  'zh-CN': '简体中文',
};

/** The language to show for a choice. */
export function localeFor(language: Language, preferred: readonly string[]): Locale {
  return language === 'system' ? chooseLocale(preferred) : language;
}

export function loadMessages(locale: Locale): Promise<Messages> {
  return LOADERS[locale]();
}

export function numbersOf(locale: Locale): string {
  return NUMBERS[locale];
}
