import type { en } from './en/index.ts';

/** The same keys with any texts: a translation that misses one does not compile. */
type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

/** All texts of one language, by page. */
export type Messages = Texts<typeof en>;

/** The languages that are complete. */
export const LOCALES = ['en'] as const;
export type Locale = (typeof LOCALES)[number];

/** The first complete language among those that the user prefers, such as `de-AT`; else English. */
export function chooseLocale(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    const found = LOCALES.find((locale) => tag === locale || tag.startsWith(`${locale}-`));
    if (found !== undefined) return found;
  }
  return 'en';
}
