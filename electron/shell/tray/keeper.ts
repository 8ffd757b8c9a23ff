import type { Locale } from '../../../shared/messages/messages.ts';
import type { State } from '../../../shared/snapshot.ts';
import type { Core } from '../../core/core-contract.ts';
import type { Log } from '../../core/log.ts';
import { localeNow } from '../locale-now.ts';
import type { MiniMonitor } from '../mini/mini-monitor.ts';
import { hasTrayHost } from '../tray-host.ts';
import type { Overview } from '../windows.ts';
import { trayActions } from './actions.ts';
import type { DesktopUpdates } from '../updates/desktop-updates.ts';
import { createTray } from './presenter.ts';
import type { TrayPresenter } from './presenter.ts';

/** The tray, which may come later than Tokwatt or never. */
export interface TrayKeeper {
  readonly current: TrayPresenter | null;
  /** Shows the tray if the desktop supports one. Resolves to whether it does. */
  ensure(): Promise<boolean>;
  close(): void;
}

interface TrayOptions {
  readonly core: Core;
  readonly log: Log;
  /** Starts a core in this desktop. Rejects with a TokwattError. */
  readonly startHere: () => Promise<void>;
}

interface TrayNeeds {
  readonly read: () => State;
  readonly overview: Overview;
  readonly mini: MiniMonitor;
  readonly updates: Pick<DesktopUpdates, 'act' | 'state'>;
}

/** Creates the tray when the desktop can show it. */
export function keepTray(
  { core, log, startHere }: TrayOptions,
  { read, overview, mini, updates }: TrayNeeds,
): TrayKeeper {
  let current: TrayPresenter | null = null;
  let opening: Promise<TrayPresenter> | null = null;
  const open = (): void => overview.open();
  const locale = (): Locale => localeNow(read());
  const choose = trayActions({
    ...{ core, startHere, mini, locale, updates },
    open: (address) => overview.open(address),
  });
  return {
    get current() {
      return current;
    },
    async ensure() {
      if (!(await hasTrayHost())) {
        log.info({}, 'this desktop shows no tray icons; closing the window will quit Tokwatt');
        return false;
      }
      opening ??= createTray({
        log,
        read,
        locale,
        choose,
        update: () => updates.state,
        activate: open,
      });
      current = await opening;
      return true;
    },
    close() {
      current?.destroy();
      current = null;
    },
  };
}
