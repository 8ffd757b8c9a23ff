import type { AlertState } from '../../../shared/alert-state.ts';
import type { Locale } from '../../../shared/messages/messages.ts';
import { sayIn } from '../sentences.ts';
import { inLanguage, trayWords } from '../tray/words.ts';
import { MOST } from './notice.ts';
import type { Notice } from './notice.ts';

/** The page of alerts. With a rule, its past is shown. */
const ALERTS = '/alerts';

/**
 * The notifications for a change: each alert that began to fire, and each that was shown as firing and
 * is resolved. An alert that already fired is not shown again.
 */
export function noticesFor(
  before: readonly AlertState[],
  after: readonly AlertState[],
  locale: Locale,
): readonly Notice[] {
  const fired = new Map(
    before
      .filter(({ status }) => status === 'firing')
      .map((state) => [alertKey(state), state.firedAt] as const),
  );
  const changes = after.filter((state) => {
    if (!state.notify || state.status === 'pending') return false;
    const isKnown = fired.get(alertKey(state)) === state.firedAt && state.firedAt !== null;
    return state.status === 'firing' ? !isKnown : isKnown;
  });
  return grouped(changes, MOST, locale);
}

/** The one notification for alerts that began to fire while none could be shown, and still do. */
export function laterNotices(alerts: readonly AlertState[], locale: Locale): readonly Notice[] {
  return grouped(alerts, 1, locale);
}

function grouped(changes: readonly AlertState[], most: number, locale: Locale): readonly Notice[] {
  return inLanguage(locale, () =>
    changes.length > most
      ? [together(changes, locale)]
      : changes.map((change) => noticeOf(change, locale)),
  );
}

function noticeOf(
  { rule, status, severity, message, messageSentence }: AlertState,
  locale: Locale,
): Notice {
  const body = sayIn(locale, messageSentence, message);
  const address = `${ALERTS}?${new URLSearchParams({ rule }).toString()}`;
  return status === 'firing'
    ? { title: rule, body, urgent: severity === 'critical', address }
    : { title: trayWords(locale)('notice.over', { rule }), body, urgent: false, address };
}

function together(changes: readonly AlertState[], locale: Locale): Notice {
  const words = trayWords(locale);
  const firing = changes.filter(({ status }) => status === 'firing');
  const shown = firing.length > 0 ? firing : changes;
  const names = [...new Set(shown.map(({ rule }) => rule))].slice(0, MOST);
  const list = names.join(', ');
  return {
    title:
      firing.length > 0
        ? words('notice.many', { count: firing.length })
        : words('notice.manyOver', { count: changes.length }),
    body: shown.length > names.length ? words('notice.more', { names: list }) : list,
    urgent: firing.some(({ severity }) => severity === 'critical'),
    address: ALERTS,
  };
}

/** One rule for one subject. */
export function alertKey({ rule, by, subject }: AlertState): string {
  return JSON.stringify([rule, by, subject]);
}
