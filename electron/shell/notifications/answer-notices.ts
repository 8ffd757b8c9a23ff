import { UNKNOWN, formatCompact, formatDuration, formatMarked } from '../../../shared/format.ts';
import type { Locale } from '../../../shared/messages/messages.ts';
import { addressOf } from '../../../shared/page-address.ts';
import type { PublicRecord } from '../../../shared/public-record.ts';
import { nameOf as shortName } from '../tray/texts.ts';
import { inLanguage, trayWords } from '../tray/words.ts';
import { MOST } from './notice.ts';
import type { Notice } from './notice.ts';

/**
 * The notices for answers that took long. Only completed ones count: a client that gave up, or that got an error, knows
 * it already.
 * @param afterId the newest row that was seen before
 */
export function answerNotices(
  recent: readonly PublicRecord[],
  { afterId, leastMs, locale }: { afterId: number; leastMs: number; locale: Locale },
): readonly Notice[] {
  const long = recent.filter(
    ({ id, inference, completed, error, timing }) =>
      id > afterId && inference && completed && error === null && timing.durationMs >= leastMs,
  );
  return inLanguage(locale, () =>
    long.length > MOST ? [together(long, locale)] : long.map((row) => noticeOf(row, locale)),
  );
}

function noticeOf({ id, model, timing, usage }: PublicRecord, locale: Locale): Notice {
  const words = trayWords(locale);
  const tokens = formatMarked(formatCompact(usage.outputTokens), usage.provenance.output);
  const time = formatDuration(timing.durationMs);
  return {
    title: words('notice.answer', { model: modelName(model, locale) }),
    body: tokens === UNKNOWN ? time : words('notice.answerFigures', { time, tokens }),
    urgent: false,
    address: `${addressOf('activity')}?id=${id}`,
  };
}

function together(rows: readonly PublicRecord[], locale: Locale): Notice {
  const words = trayWords(locale);
  const names = [...new Set(rows.map(({ model }) => modelName(model, locale)))];
  const list = names.slice(0, MOST).join(', ');
  return {
    title: words('notice.answers', { count: rows.length }),
    body: names.length > MOST ? words('notice.more', { names: list }) : list,
    urgent: false,
    address: addressOf('activity'),
  };
}

function modelName(model: string | null, locale: Locale): string {
  return model === null ? trayWords(locale)('notice.someModel') : shortName(model);
}
