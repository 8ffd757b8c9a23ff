import { join } from 'node:path';
import { app, clipboard, nativeTheme, session } from 'electron';
import { applyDelta } from '../../shared/snapshot.ts';
import type { AppState } from '../../shared/slices.ts';
import type { State } from '../../shared/snapshot.ts';
import type { Core } from '../core/core-contract.ts';
import type { Log } from '../core/log.ts';
import { setAppMenu } from './app-menu.ts';
import { hardenPages, hardenSession } from './hardening.ts';
import { bindCalls } from './ipc.ts';
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
  /** Starts without a window if there is a tray to open it from. */
  readonly hidden: boolean;
  /** The development server's origin; null for the built page. */
  readonly devOrigin: string | null;
}

/** Tray and window of a started core. */
export interface Desktop {
  /** Opens the overview or brings it to the front. */
  open(): void;
  /** Removes tray and window. */
  close(): void;
}

/** Shows tray and window. The application must be ready and the core started. */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  const { core, log, hidden } = options;
  hardenPages();
  hardenSession(session.defaultSession);
  serveApp({
    folder: join(app.getAppPath(), 'dist', 'renderer'),
    askApi: (request) => core.askApi(request),
  });
  setAppMenu();
  const overview = createWindow(options);
  bindPage(options, overview);
  // The tray applies deltas to one snapshot: asking for further snapshots would compute new ones.
  // Asking for one may send a delta at once, so this happens before the first subscription.
  let latest = core.snapshot();
  showTheme(latest.state.app);
  const notifier = createAlertNotifier(latest.state.alerts, () => overview.open());
  const tray = keepTray({ core, log, read: () => latest.state, open: () => overview.open() });
  const unsubscribe = core.subscribe((delta) => {
    overview.send(delta);
    if (delta.changed.app !== undefined) showTheme(delta.changed.app);
    latest = applyDelta(latest, delta);
    tray.current?.changed(delta);
    notifier.changed(delta);
  });
  followApp(overview, tray);
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

/** Windows, menus and dialogs of the system follow the setting too. */
function showTheme({ appearance }: AppState): void {
  nativeTheme.themeSource = appearance.theme;
}

/** Answers the calls of the overview's page, and of no other page. */
function bindPage({ core, log, devOrigin }: DesktopOptions, overview: Overview): void {
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
}

function followApp(overview: Overview, tray: TrayKeeper): void {
  app.on('activate', () => overview.open());
  // Without a tray there would be no way back, so closing the window then quits.
  app.on('window-all-closed', () => {
    app.dock?.hide();
    void tray.ensure().then((isThere) => {
      if (!isThere && overview.current === null) app.quit();
    });
  });
}

function createWindow({ dataDir, devOrigin, log }: DesktopOptions): Overview {
  return createOverview({
    url: `${devOrigin ?? APP_ORIGIN}/`,
    preload: join(app.getAppPath(), 'dist', 'preload.cjs'),
    icon: join(app.getAppPath(), 'build', 'tray', 'window.png'),
    boundsFile: join(dataDir, 'window.json'),
    log,
    // The dock shows Tokwatt only while it has a window.
    onVisible: () => void app.dock?.show(),
  });
}

interface TrayKeeper {
  readonly current: TrayPresenter | null;
  /** Shows the tray if the desktop supports one. Resolves to whether it does. */
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
    pause: () => core.handlers.setPaused(true),
    resume: () => core.handlers.setPaused(false),
    // Quitting removes the tray. A menu must not be destroyed inside its own click handler.
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
