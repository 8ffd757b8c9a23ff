import { useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { setFormatLocale } from '../../shared/format-locale.ts';
import { en } from '../../shared/messages/en/index.ts';
import { localeFor, numbersOf } from '../../shared/messages/locales.ts';
import type { Locale, Messages } from '../../shared/messages/messages.ts';
import { useAppearance } from '../state/appearance.ts';
import { loadMessages } from './languages.ts';
import { useTimeZone } from './use-time-zone.ts';
import { useUnits } from './use-units.ts';

interface Texts {
  readonly locale: Locale;
  readonly messages: Messages;
}

/** `{at, time, short}` in texts. No text has a short date. */
const FORMATS = {
  h12: { dateTime: { short: { hour: 'numeric', minute: '2-digit', hourCycle: 'h12' } } },
  h23: { dateTime: { short: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } } },
} as const;

const ENGLISH: Texts = { locale: 'en', messages: en };

/**
 * Provides texts and formats in the chosen language to `useTranslations`. Everything below is built
 * anew for another language, time zone or unit, because figures and times are formatted outside of React.
 */
export function TextProvider({ children }: { readonly children: ReactNode }): JSX.Element | null {
  const { language } = useAppearance();
  const locale = localeFor(language, navigator.languages);
  const texts = useTexts(locale);
  const zone = useTimeZone();
  const { temperature, hours, weekStart } = useUnits();
  if (texts === null) return null;
  return (
    <IntlProvider
      key={`${texts.locale} ${zone} ${temperature} ${hours} ${weekStart}`}
      locale={texts.locale}
      messages={texts.messages}
      formats={FORMATS[hours]}
      timeZone={zone}
    >
      {children}
    </IntlProvider>
  );
}

/** The texts of a language; those before it until they are loaded, null at the very first. */
function useTexts(locale: Locale): Texts | null {
  const [texts, setTexts] = useState<Texts | null>(locale.startsWith('en') ? ENGLISH : null);
  useEffect(() => {
    let isCurrent = true;
    const show = (next: Texts): void => {
      if (!isCurrent) return;
      setFormatLocale(numbersOf(next.locale));
      document.documentElement.lang = next.locale;
      setTexts((before) => (before?.locale === next.locale ? before : next));
    };
    loadMessages(locale).then(
      (messages) => show({ locale, messages }),
      // The file of the language cannot be read. English is part of the program.
      () => show(ENGLISH),
    );
    return () => {
      isCurrent = false;
    };
  }, [locale]);
  return texts;
}
