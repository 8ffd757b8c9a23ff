import { useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { setFormatLocale } from '../../shared/format-locale.ts';
import { en } from '../../shared/messages/en/index.ts';
import type { Locale, Messages } from '../../shared/messages/messages.ts';
import { useAppearance } from '../state/appearance.ts';
import { loadMessages, localeFor, numbersOf } from './languages.ts';

interface Texts {
  readonly locale: Locale;
  readonly messages: Messages;
}

const ENGLISH: Texts = { locale: 'en', messages: en };

/**
 * Provides texts and formats in the chosen language to `useTranslations`. Everything below is built
 * anew for another language, because numbers are formatted outside of React.
 */
export function TextProvider({ children }: { readonly children: ReactNode }): JSX.Element | null {
  const { language } = useAppearance();
  const locale = localeFor(language, navigator.languages);
  const texts = useTexts(locale);
  if (texts === null) return null;
  return (
    <IntlProvider
      key={texts.locale}
      locale={texts.locale}
      messages={texts.messages}
      timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
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
