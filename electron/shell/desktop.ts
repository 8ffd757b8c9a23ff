import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { app, clipboard, nativeTheme, session } from 'electron';
import type { AppUpdateState } from '../../shared/app-update.ts';
import { applyDelta } from '../../shared/snapshot.ts';
import type { AppState } from '../../shared/slices.ts';
import type { State } from '../../shared/snapshot.ts';
import { unitsFor } from '../../shared/units.ts';
import type { Core } from '../core/core-contract.ts';
import type { Log } from '../core/log.ts';
import { setAppMenu } from './app-menu.ts';
import { holdAwake, startNotifier } from './followers.ts';
import { crashedPage } from './crashed-page.ts';
import { createMini, createWindow } from './create-windows.ts';
import { hardenPages, hardenSession } from './hardening.ts';
import { bindCalls, sendEvent } from './ipc.ts';
import { systemLoginItem } from './login-item.ts';
import type { MiniMonitor } from './mini/mini-monitor.ts';
import type { Notifier } from './notifications/notifier.ts';
import { APP_ORIGIN, serveApp } from './protocol.ts';
import { createShortcuts } from './shortcuts.ts';
import type { Shortcuts } from './shortcuts.ts';
import { askBeforeQuitting } from './quit-dialog.ts';
import type { QuitQuestion } from './quit-question.ts';
import { showUnits } from './shown-units.ts';
import { hasTrayHost } from './tray-host.ts';
import { keepTray } from './tray/keeper.ts';
import type { TrayKeeper } from './tray/keeper.ts';
import { unitsOfSystem } from './units-now.ts';
import { createUpdates } from './updates/desktop-updates.ts';
import type { DesktopUpdates } from './updates/desktop-updates.ts';
import type { Overview } from './windows.ts';

/** How long a hidden start waits for a tray before it shows the window. */
const TRAY_WAIT_MS = 10_000;
const TRAY_RETRY_MS = 500;

export interface DesktopOptions {
  readonly core: Core;
  readonly log: Log;
  readonly dataDir: string;
  /** Starts a core here, in the place of a headless one. Rejects with a TokwattError. */
  readonly startHere: () => Promise<void>;
  /** Starts without a window if there is a tray to open it from. */
  readonly hidden: boolean;
  /** The address of the page to open; null for where the window was left. */
  readonly address: string | null;
  /** The development server's origin; null for the built page. */
  readonly devOrigin: string | null;
}

/** Tray and windows of a started core. */
export interface Desktop {
  /** Opens the window or brings it to the front. With an address such as `/alerts`, it goes there. */
  open(address?: string): void;
  /** Asks the user before answers are cut off. Resolves to whether the application may quit now. */
  mayQuit(): Promise<boolean>;
  /** Removes tray and windows. */
  close(): void;
  /** Call it last, just before the process ends. Returns true if an installer of the system ends it. */
  finish(): boolean;
}

/** Shows tray and window. The application must be ready and the core started. */
export function startDesktop(options: DesktopOptions): Desktop {
  const { core, log, hidden } = options;
  const read = (): State => latest.state;
  preparePages(options, read);
  setAppMenu();
  // The tray applies deltas to one snapshot: asking for further snapshots would compute new ones.
  // Asking for one may send a delta at once, so this happens before the first subscription.
  let latest = core.snapshot();
  const parts = createParts(options, read);
  const { overview, mini, updates, tray, notifier } = parts;
  bindPage(options, parts);
  const followers = [mini, notifier, holdAwake(read)];
  const shortcuts = createShortcuts({ core, overview, mini });
  const question = askBeforeQuitting(read);
  const unsubscribe = core.subscribe((delta) => {
    overview.send(delta);
    latest = applyDelta(latest, delta);
    if (delta.changed.app !== undefined) followSettings(delta.changed.app, shortcuts, updates);
    tray.current?.changed(delta);
    for (const follower of followers) follower.changed(delta);
    if (delta.changed.inFlight !== undefined) question.changed();
  });
  followSettings(latest.state.app, shortcuts, updates);
  followApp(overview, tray);
  if (!hidden) overview.open(options.address);
  mini.restore();
  // The tray is shown as soon as it can be, and the start does not wait for it.
  const ended = new AbortController();
  void openWithoutTray(tray, overview, { hidden, log, ended: ended.signal });
  return {
    open: (address) => overview.open(address),
    mayQuit: () => askToQuit(question, updates),
    finish: () => updates.finish(),
    close: () => {
      ended.abort();
      unsubscribe();
      for (const each of [...followers, updates, shortcuts, tray, overview]) each.close();
    },
  };
}

/** What is shown, and what tells of it. */
interface Parts {
  readonly overview: Overview;
  readonly mini: MiniMonitor;
  readonly updates: DesktopUpdates;
  readonly tray: TrayKeeper;
  readonly notifier: Notifier;
}

function createParts(options: DesktopOptions, read: () => State): Parts {
  const { log, dataDir } = options;
  const overview = createWindow(options, () => void quitWithoutTray(tray, overview));
  const mini = createMini(options, read, overview);
  const onChange = (state: AppUpdateState): void => {
    if (overview.current !== null) sendEvent(overview.current.webContents, 'appUpdate', state);
    tray.current?.look();
    notifier.look();
  };
  const updates = createUpdates({ log, dataDir, onChange });
  const notifier = startNotifier(read, overview, updates);
  const tray = keepTray(options, { read, overview, mini, updates });
  return { overview, mini, updates, tray, notifier };
}

/** A restart for an update is a wish to quit: it asks the same. */
async function askToQuit(question: QuitQuestion, updates: DesktopUpdates): Promise<boolean> {
  const mayQuit = await question.mayQuit();
  updates.quitAnswered(mayQuit ? 'now' : question.isWaiting ? 'later' : 'no');
  return mayQuit;
}

/**
 * What every page may do, and where it comes from. The session is made with the first page and not before, because it
 * costs a tray without a window some megabytes.
 */
function preparePages({ core, log, devOrigin }: DesktopOptions, read: () => State): void {
  hardenPages({ origin: devOrigin ?? APP_ORIGIN, log });
  // A page is created before it loads anything.
  app.once('web-contents-created', () => {
    hardenSession(session.defaultSession);
    serveApp({
      folder: join(app.getAppPath(), 'dist', 'renderer'),
      askApi: (request) => core.askApi(request),
      crashedPage: () =>
        crashedPage(read().app.appearance.language, app.getPreferredSystemLanguages()),
    });
  });
}

/** At login, the panel with the tray may start after Tokwatt. Without one, the window is the only way to Tokwatt. */
async function openWithoutTray(
  tray: TrayKeeper,
  overview: Overview,
  { hidden, log, ended }: Pick<DesktopOptions, 'hidden' | 'log'> & { readonly ended: AbortSignal },
): Promise<void> {
  if (hidden && !(await hasTrayHost())) {
    log.info({ waitMs: TRAY_WAIT_MS }, 'no tray yet; the window opens if none comes');
    const deadline = performance.now() + TRAY_WAIT_MS;
    while (!ended.aborted && performance.now() < deadline && !(await hasTrayHost())) {
      await sleep(TRAY_RETRY_MS);
    }
  }
  if (ended.aborted || (await tray.ensure()) || overview.current !== null) return;
  overview.open();
}

/** Windows, menus and dialogs of the system follow the theme of the settings too. */
function followSettings(
  { appearance, shortcuts: keys, updateMode }: AppState,
  shortcuts: Shortcuts,
  updates: DesktopUpdates,
): void {
  nativeTheme.themeSource = appearance.theme;
  showUnits(unitsFor(appearance, unitsOfSystem()));
  shortcuts.apply(keys);
  updates.follow(updateMode);
}

/** Answers the calls of the pages of Tokwatt's own windows, and of no other page. */
function bindPage(
  { core, log, devOrigin, startHere }: DesktopOptions,
  { overview, mini, updates }: Parts,
): void {
  const loginItem = systemLoginItem();
  bindCalls(
    {
      ...core.handlers,
      copyText: (text) => clipboard.writeText(text),
      getStartAtLogin: () => loginItem.isOn(),
      setStartAtLogin: (isOn) => loginItem.set(isOn),
      startHere,
      showMiniMonitor: (how) => showMini(mini, how),
      openMiniMenu: () => mini.openMenu(),
      openWindow: () => overview.open(),
      getAppUpdate: () => updates.known(),
      // The page does not wait for it: what comes of it is told as it comes.
      updateApp: (action) => void updates.act(action),
    },
    {
      origin: devOrigin ?? APP_ORIGIN,
      isOurWindow: (id) =>
        [overview.current, mini.current].some((window) => window?.webContents.id === id),
    },
    log,
  );
}

function followApp(overview: Overview, tray: TrayKeeper): void {
  app.on('activate', () => overview.open());
  // With a listener, Electron does not quit by itself.
  app.on('window-all-closed', () => void quitWithoutTray(tray, overview));
}

/**
 * Without a tray there would be no way back, so closing the window then quits. The mini monitor is no way
 * back: it may let clicks through.
 */
async function quitWithoutTray(tray: TrayKeeper, overview: Overview): Promise<void> {
  app.dock?.hide();
  if (!(await tray.ensure()) && overview.current === null) app.quit();
}

function showMini(mini: MiniMonitor, how: 'show' | 'hide' | 'toggle'): void {
  if (how === 'hide') mini.hide();
  else mini[how]('focused');
}
