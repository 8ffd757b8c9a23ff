import { createTranslator } from 'use-intl/core';
import type { Locale } from '../../shared/messages/messages.ts';

/** Returns a text by its key, with its values filled in. */
export type Words = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/**
 * The words of a part of the desktop, from its texts in each language. The translator of a language is kept, because it
 * parses each text once, and the tray says the same texts every few seconds.
 */
export function wordsOf(texts: Readonly<Record<Locale, object>>): (locale: Locale) => Words {
  const known = new Map<Locale, Words>();
  return (locale) => {
    const words =
      known.get(locale) ?? (createTranslator({ locale, messages: texts[locale] }) as Words);
    known.set(locale, words);
    return words;
  };
}
