/** Which notifications a change of the state is worth. The only place that decides it; it shows nothing. */
import type { AlertState } from '../../../shared/alert-state.ts';
import type { NotificationSettings } from '../../../shared/desktop-settings.ts';
import type { Locale } from '../../../shared/messages/messages.ts';
import type { State } from '../../../shared/snapshot.ts';
import { alertKey, laterNotices, noticesFor } from './alert-notices.ts';
import { answerNotices } from './answer-notices.ts';
import type { Notice } from './notice.ts';
import { isQuiet } from './quiet-hours.ts';
import { loadKey, spillNotice, spilledModels } from './spill-notices.ts';
import { updateNotice } from './update-notices.ts';
import type { UpdateNews } from './update-notices.ts';

/** What notifications are about. */
export interface NoticedState extends Pick<State, 'alerts' | 'recent' | 'loadedModels'> {
  /** A newer version of Tokwatt. */
  readonly update: UpdateNews | null;
}

/** What was seen until now. */
export interface Seen {
  readonly alerts: readonly AlertState[];
  /** When each alert began to fire that came in quiet hours and was not told yet, by its key. */
  readonly held: ReadonlyMap<string, number | null>;
  /** The newest row. */
  readonly recordId: number;
  /** The loaded models whose spill was told, or came in quiet hours. */
  readonly spilled: ReadonlySet<string>;
  /** The newer version of Tokwatt that was told, in this run or in an earlier one. */
  readonly toldUpdate: string | null;
  /** True if one came in quiet hours and was not told yet. */
  readonly holdsUpdate: boolean;
}

export interface Circumstances {
  readonly settings: NotificationSettings;
  /** Unix milliseconds. */
  readonly now: number;
  readonly locale: Locale;
}

export interface Decision {
  readonly seen: Seen;
  readonly notices: readonly Notice[];
}

/**
 * What is there at the start was not missed, so nothing is told of it.
 * @param toldUpdate the newer version of Tokwatt that an earlier run told
 */
export function seenAtStart(
  { alerts, recent, loadedModels }: Pick<State, 'alerts' | 'recent' | 'loadedModels'>,
  toldUpdate: string | null,
): Seen {
  return {
    alerts,
    held: new Map(),
    recordId: newestId(recent, 0),
    spilled: new Set(spilledModels(loadedModels).map(loadKey)),
    ...{ toldUpdate, holdsUpdate: false },
  };
}

/**
 * The notifications for what is new, each once. In quiet hours there are none: alerts that came then and still fire are
 * told together when the hours are over, and so is a newer version of Tokwatt; everything else is not told again.
 */
export function decide(seen: Seen, state: NoticedState, given: Circumstances): Decision {
  const { settings, now, locale } = given;
  const quiet = isQuiet(settings, now);
  const held = quiet ? heldBy(seen, state.alerts) : new Map<string, number | null>();
  const spilled = spilledModels(state.loadedModels);
  const news = state.update?.version === seen.toldUpdate ? null : state.update;
  const next: Seen = {
    alerts: state.alerts,
    held,
    recordId: newestId(state.recent, seen.recordId),
    spilled: new Set(spilled.map(loadKey)),
    toldUpdate: quiet || news === null ? seen.toldUpdate : news.version,
    holdsUpdate: quiet && news !== null,
  };
  if (quiet) return { seen: next, notices: [] };
  const late = state.alerts.filter((alert) => isHeld(seen, alert));
  // The end of an alert whose begin was not told is not told either.
  const told = seen.alerts.filter((alert) => !seen.held.has(alertKey(alert)));
  const rest = state.alerts.filter((alert) => !late.includes(alert));
  const fresh = settings.spilledModels
    ? spilled.filter((model) => !seen.spilled.has(loadKey(model)))
    : [];
  const leastMs = settings.longAnswers ? settings.longAnswerSeconds * 1_000 : Infinity;
  return {
    seen: next,
    notices: [
      ...laterNotices(late, locale),
      ...noticesFor(told, rest, locale),
      ...answerNotices(state.recent, { afterId: seen.recordId, leastMs, locale }),
      ...fresh.map((model) => spillNotice(model, locale)),
      ...(news === null ? [] : [updateNotice(news, locale)]),
    ],
  };
}

/** Those held before that still fire, and those that began to. */
function heldBy(seen: Seen, alerts: readonly AlertState[]): ReadonlyMap<string, number | null> {
  const before = new Map(seen.alerts.map((alert) => [alertKey(alert), alert] as const));
  const begun = alerts.filter((alert) => {
    if (alert.status !== 'firing' || !alert.notify) return false;
    const earlier = before.get(alertKey(alert));
    const isNew = earlier?.status !== 'firing' || earlier.firedAt !== alert.firedAt;
    return isNew || isHeld(seen, alert);
  });
  return new Map(begun.map((alert) => [alertKey(alert), alert.firedAt] as const));
}

function isHeld({ held }: Seen, alert: AlertState): boolean {
  return alert.status === 'firing' && held.get(alertKey(alert)) === alert.firedAt;
}

function newestId(recent: NoticedState['recent'], least: number): number {
  return recent.reduce((newest, { id }) => Math.max(newest, id), least);
}
