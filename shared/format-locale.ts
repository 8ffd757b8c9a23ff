/**
 * The locale of all numbers, dates and amounts. It is one for the whole process, because a page shows
 * one language. The main process keeps the default, so that its texts are the same everywhere.
 */
export const DEFAULT_FORMAT_LOCALE = 'en-US';

let locale = DEFAULT_FORMAT_LOCALE;
let integers = wholeNumbers();

/** Sets the locale of later texts, such as `de` or `en-US` (BCP 47). */
export function setFormatLocale(tag: string): void {
  if (tag === locale) return;
  locale = tag;
  integers = wholeNumbers();
}

/** The locale in use. */
export function formatLocale(): string {
  return locale;
}

/** A whole number with its groups: `1,234,567`. */
export function formatWhole(value: number): string {
  return integers.format(value);
}

function wholeNumbers(): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
}
