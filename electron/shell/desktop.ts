import { join } from 'node:path';
import { app, clipboard, session } from 'electron';
import { applyDelta } from '../../shared/snapshot.ts';
import type { State } from '../../shared/snapshot.ts';
import type { Core } from '../core/core.ts';
import type { Log } from '../core/log.ts';
import { setAppMenu } from './app-menu.ts';
import { createDeltaFilter } from './delta-filter.ts';
import { hardenPages, hardenSession } from './hardening.ts';
import { bindCalls, sendEvent } from './ipc.ts';
import { createAlertNotifier } from './notifications.ts';
import { APP_ORIGIN, serveApp } from './protocol.ts';
import { hasTrayHost } from './tray-host.ts';
import { loadTrayIcons } from './tray-icon.ts';
import { createTray } from './tray.ts';
import type { TrayPresenter } from './tray.ts';
import { createOverview } from './windows.ts';
import type { Overview } from './windows.ts';

export interface DesktopOptions {
  readonly core: Core;
  readonly log: Log;
  readonly dataDir: string;
  /** Starts without a window, as long as there is a tray to open it from. */
  readonly hidden: boolean;
  /** The development server's origin; null for the built page. */
  readonly devOrigin: string | null;
}

/** The skin around a started core. */
export interface Desktop {
  /** Opens the overview or brings it to the front. */
  open(): void;
  /** Takes tray and window away. */
  close(): void;
}

/** Puts up tray and window. Needs the application to be ready and the core to be started. */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  const { core, log, hidden, devOrigin } = options;
  hardenPages();
  hardenSession(session.defaultSession);
  serveApp(join(app.getAppPath(), 'dist', 'renderer'));
  setAppMenu();
  const overview = createWindow(options, () => filter.opened());
  const filter = createDeltaFilter({
    isVisible: () => overview.isVisible(),
    send: (delta) => {
      if (overview.current !== null) sendEvent(overview.current.webContents, 'delta', delta);
    },
  });
  bindCalls(
    {
      ...core.handlers,
      copyText: (text) => clipboard.writeText(text),
    },
    {
      origin: devOrigin ?? APP_ORIGIN,
      isOurWindow: (id) => overview.current?.webContents.id === id,
    },
    log,
  );
  // The tray follows the deltas like any other reader: asking for snapshots would make new ones.
  // Asking for this one may send a delta at once, so it is asked for before anybody listens; nothing
  // can happen in between.
  let latest = core.snapshot();
  const notifier = createAlertNotifier(latest.state.alerts, () => overview.open());
  const tray = keepTray({ core, log, read: () => latest.state, open: () => overview.open() });
  const unsubscribe = core.subscribe((delta) => {
    filter.offer(delta);
    latest = applyDelta(latest, delta);
    tray.current?.changed(delta);
    notifier.changed(delta);
  });
  app.on('activate', () => overview.open());
  // Without a tray nothing would be left to click on: there, closing the window is quitting.
  app.on('window-all-closed', () => {
    app.dock?.hide();
    void tray.ensure().then((isThere) => {
      if (!isThere && overview.current === null) app.quit();
    });
  });
  if (!(await tray.ensure()) || !hidden) overview.open();
  return {
    open: () => overview.open(),
    close: () => {
      unsubscribe();
      tray.close();
      overview.close();
    },
  };
}

function createWindow(
  { dataDir, devOrigin, log }: DesktopOptions,
  onVisible: () => void,
): Overview {
  return createOverview({
    url: `${devOrigin ?? APP_ORIGIN}/`,
    preload: join(app.getAppPath(), 'dist', 'preload.cjs'),
    icon: join(app.getAppPath(), 'build', 'tray', 'window.png'),
    boundsFile: join(dataDir, 'window.json'),
    log,
    onVisible: () => {
      // The dock shows Tokwatt only while it has a window.
      void app.dock?.show();
      onVisible();
    },
  });
}

interface TrayKeeper {
  readonly current: TrayPresenter | null;
  /** Puts the tray up if the desktop has come to show one; false while it shows none. */
  ensure(): Promise<boolean>;
  close(): void;
}

interface TrayNeeds {
  readonly core: Core;
  readonly log: Log;
  readonly read: () => State;
  readonly open: () => void;
}

function keepTray({ core, log, read, open }: TrayNeeds): TrayKeeper {
  let current: TrayPresenter | null = null;
  const actions = {
    open,
    pause: () => core.setPaused(true),
    resume: () => core.setPaused(false),
    // Quitting takes the tray away, and a menu must not vanish under its own click.
    quit: () => setImmediate(() => app.quit()),
  };
  return {
    get current() {
      return current;
    },
    async ensure() {
      if (!(await hasTrayHost())) {
        log.info({}, 'this desktop shows no tray icons; closing the window will quit Tokwatt');
        return false;
      }
      const icons = loadTrayIcons(join(app.getAppPath(), 'build', 'tray'));
      current ??= createTray(icons, actions, read);
      return true;
    },
    close() {
      current?.destroy();
      current = null;
    },
  };
}
