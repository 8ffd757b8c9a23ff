import { createTranslator } from 'use-intl/core';
import type { Locale } from '../../shared/messages/messages.ts';

/** Returns a text by its key, with its values filled in. */
export type Words = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** The words of a part of the desktop, from its texts in each language. */
export function wordsOf(texts: Readonly<Record<Locale, object>>): (locale: Locale) => Words {
  return (locale) => createTranslator({ locale, messages: texts[locale] }) as Words;
}
