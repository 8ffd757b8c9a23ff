import type { JSX, ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { en } from '../../shared/messages/en/index.ts';

/** Provides texts and formats in the user's language to `useTranslations`. */
export function TextProvider({ children }: { readonly children: ReactNode }): JSX.Element {
  return (
    <IntlProvider
      locale="en"
      messages={en}
      timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
    >
      {children}
    </IntlProvider>
  );
}
