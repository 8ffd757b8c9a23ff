/** What follows the state besides window and tray: notifications, and the hold on the system's sleep. */
import { app, powerSaveBlocker } from 'electron';
import type { Delta, State } from '../../shared/snapshot.ts';
import { createAwake } from './keep-awake.ts';
import { localeNow } from './locale-now.ts';
import { createNotifier } from './notifications/notifier.ts';
import type { NoticeWindow, Notifier } from './notifications/notifier.ts';
import { updateNews } from './notifications/update-notices.ts';
import type { DesktopUpdates } from './updates/desktop-updates.ts';

interface Follower {
  changed(delta: Delta): void;
  close(): void;
}

/** Notifications of what changes, a newer version of Tokwatt among it. */
export function startNotifier(
  read: () => State,
  window: NoticeWindow,
  updates: Pick<DesktopUpdates, 'memory' | 'state'>,
): Notifier {
  return createNotifier({
    read: () => {
      const { app: own } = read();
      const update = updateNews(updates.state, own.updateMode, app.getVersion());
      return { ...read(), update };
    },
    settings: () => read().app.notifications,
    locale: () => localeNow(read()),
    window,
    memory: updates.memory,
  });
}

/** Holds the system awake while requests run, if it is wished. */
export function holdAwake(read: () => State): Follower {
  const awake = createAwake({
    start: () => powerSaveBlocker.start('prevent-app-suspension'),
    stop: (id) => powerSaveBlocker.stop(id),
  });
  const hold = (): void => {
    const { app: own, inFlight } = read();
    awake.update({ isWished: own.desktop.keepAwake, isWorking: inFlight.length > 0 });
  };
  return { changed: hold, close: () => awake.close() };
}
