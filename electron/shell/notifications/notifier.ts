import { Notification } from 'electron';
import type { NotificationSettings } from '../../../shared/desktop-settings.ts';
import { foreignText } from '../../../shared/foreign-name.ts';
import type { Locale } from '../../../shared/messages/messages.ts';
import type { Delta } from '../../../shared/snapshot.ts';
import { decide, seenAtStart } from './decide.ts';
import type { NoticedState } from './decide.ts';
import type { UpdateMemory } from '../updates/update-memory.ts';
import type { Notice } from './notice.ts';

/** Number of notifications kept referenced. A collected one can no longer be clicked. */
const HELD = 20;
/** How often it is looked whether quiet hours are over, while something waits for their end. */
const LOOK_MS = 30_000;

/** Shows notifications of what changes. */
export interface Notifier {
  changed(delta: Delta): void;
  /** Call this when what is known of updates has changed. */
  look(): void;
  close(): void;
}

/** The window, as notifications use it. */
export interface NoticeWindow {
  /** Opens the window at an address. */
  open(address: string): void;
  /** True if the user has the page of an address in front. */
  isInFront(address: string): boolean;
}

export interface NotifierOptions {
  /** The present state. */
  readonly read: () => NoticedState;
  readonly settings: () => NotificationSettings;
  readonly locale: () => Locale;
  readonly window: NoticeWindow;
  /** The newer version of Tokwatt that was told of, from one start to the next. */
  readonly memory: UpdateMemory;
}

/**
 * Shows what happens from now on, unless the window shows it. A click opens the window at what a notification speaks
 * of. The application must be ready.
 */
export function createNotifier(options: NotifierOptions): Notifier {
  const { read, settings, locale, window, memory } = options;
  const show = notificationsOf(window);
  let seen = seenAtStart(read(), memory.kept.told);
  const look = (): void => {
    const given = { settings: settings(), now: Date.now(), locale: locale() };
    const decision = decide(seen, read(), given);
    const isTold = decision.seen.toldUpdate !== seen.toldUpdate;
    seen = decision.seen;
    if (isTold) memory.keep({ told: seen.toldUpdate });
    for (const notice of decision.notices) show(notice);
  };
  const timer = setInterval(() => {
    if (seen.held.size > 0 || seen.holdsUpdate) look();
  }, LOOK_MS);
  timer.unref();
  return {
    changed({ changed: { alerts, recent, loadedModels, app } }) {
      // A change of the settings may end quiet hours.
      if ([alerts, recent, loadedModels, app].some((slice) => slice !== undefined)) look();
    },
    look,
    close: () => clearInterval(timer),
  };
}

function notificationsOf(window: NoticeWindow): (notice: Notice) => void {
  const held: Notification[] = [];
  return ({ title, body, urgent, address }) => {
    if (!Notification.isSupported() || window.isInFront(address)) return;
    const notification = new Notification({
      title: foreignText(title),
      body: foreignText(body),
      ...(urgent ? { urgency: 'critical' as const, timeoutType: 'never' as const } : {}),
    });
    notification.on('click', () => window.open(address));
    held.push(notification);
    if (held.length > HELD) held.shift();
    notification.show();
  };
}
