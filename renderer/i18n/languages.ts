import { en } from '../../shared/messages/en/index.ts';
import type { Locale, Messages } from '../../shared/messages/messages.ts';

/** The texts of a language, which are loaded when the language is first needed. */
const LOADERS: Readonly<Record<Locale, () => Promise<Messages>>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import('../../shared/messages/de/index.ts')).de,
  'zh-CN': async () => (await import('../../shared/messages/zh-CN/index.ts')).zhCn,
};

/** Each language by its own name. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = {
  en: 'English',
  de: 'Deutsch',
  'zh-CN': '简体中文',
};

export function loadMessages(locale: Locale): Promise<Messages> {
  return LOADERS[locale]();
}
