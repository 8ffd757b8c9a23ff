import type { AppUpdateState, UpdateMode } from '../../../shared/app-update.ts';
import type { Locale } from '../../../shared/messages/messages.ts';
import { addressOf } from '../../../shared/page-address.ts';
import { trayWords } from '../tray/words.ts';
import type { Notice } from './notice.ts';

/** A newer version that is worth a notification. */
export interface UpdateNews {
  readonly version: string;
  /** True if only a restart is left to do. */
  readonly isReady: boolean;
  /** The running version. */
  readonly own: string;
}

/**
 * What there is to tell of an update; null for nothing. A version that is found is told only if the user has to do the
 * rest: one that is being downloaded is told when it is ready, and one that the user has asked for is in the window.
 */
export function updateNews(
  update: AppUpdateState | null,
  mode: UpdateMode,
  own: string,
): UpdateNews | null {
  const version = update?.found?.version;
  if (update === null || version === undefined) return null;
  const { step, replacesItself } = update;
  if (step === 'ready') return { version, isReady: true, own };
  const isLeftToUser = mode === 'tell' || (mode === 'download' && !replacesItself);
  return step === 'found' && isLeftToUser ? { version, isReady: false, own } : null;
}

/** The notice of a newer version. */
export function updateNotice({ version, isReady, own }: UpdateNews, locale: Locale): Notice {
  const words = trayWords(locale);
  return {
    title: words(isReady ? 'notice.updateReady' : 'notice.updateFound', { version }),
    body: words(isReady ? 'notice.updateReadyBody' : 'notice.updateFoundBody', { own }),
    urgent: false,
    address: addressOf('settings', 'about'),
  };
}
