import { useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { setFormatLocale } from '../../shared/format-locale.ts';
import { mini as german } from '../../shared/messages/de/mini.ts';
import { mini as english } from '../../shared/messages/en/mini.ts';
import { localeFor, numbersOf } from '../../shared/messages/locales.ts';
import type { Locale, Messages } from '../../shared/messages/messages.ts';
import { mini as chinese } from '../../shared/messages/zh-CN/mini.ts';
import { useAppearance } from '../state/appearance.ts';

const TEXTS: Readonly<Record<Locale, Messages['mini']>> = {
  en: english,
  de: german,
  'zh-CN': chinese,
};

interface MiniTextsProps {
  readonly children: ReactNode;
}

/** Provides the few texts of the mini monitor, which needs none of the window's. */
export function MiniTexts({ children }: MiniTextsProps): JSX.Element {
  const { language } = useAppearance();
  const locale = localeFor(language, navigator.languages);
  return (
    <InLanguage key={locale} locale={locale}>
      {children}
    </InLanguage>
  );
}

function InLanguage({
  locale,
  children,
}: MiniTextsProps & { readonly locale: Locale }): JSX.Element {
  // Figures are formatted outside of React, so this comes before the first of them is drawn.
  useState(() => setFormatLocale(numbersOf(locale)));
  useEffect(() => {
    document.documentElement.lang = locale;
    document.title = `${TEXTS[locale].title} – Tokwatt`;
  }, [locale]);
  return (
    <IntlProvider locale={locale} messages={{ mini: TEXTS[locale] }}>
      {children}
    </IntlProvider>
  );
}
