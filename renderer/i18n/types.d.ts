import type { Locale, Messages } from '../../shared/messages/messages.ts';

declare module 'use-intl' {
  interface AppConfig {
    Messages: Messages;
    Locale: Locale;
  }
}
