import type { en } from './en/index.ts';

/** The same keys with any texts: a translation that misses one does not compile. */
type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

/** All texts of one language, by page. */
export type Messages = Texts<typeof en>;

/** The languages that are complete. */
export const LOCALES = ['en', 'de', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];

/**
 * The first complete language among those that the user prefers, such as `de-AT`; else English.
 * Traditional Chinese (`zh-TW`, `zh-Hant`) is another script and no reason for Simplified Chinese.
 * Names that are no language tags are skipped: a system without a language tells `c`.
 */
export function chooseLocale(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    const known = localeOf(tag);
    if (known === null) continue;
    const { language, script, region } = known.maximize();
    if (language === 'zh' && (script === 'Hant' || region === 'TW')) continue;
    const found = LOCALES.find((locale) => new Intl.Locale(locale).language === language);
    if (found !== undefined) return found;
  }
  return 'en';
}

/** Null for what is no language, such as the `C` of a system without one. */
function localeOf(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag);
  } catch {
    return null;
  }
}
