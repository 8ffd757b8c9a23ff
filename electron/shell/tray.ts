import { Menu, Tray } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import type { Delta, State } from '../../shared/snapshot.ts';
import type { TrayIcons } from './tray-icon.ts';
import { trayModel } from './tray-model.ts';
import type { TrayAction, TrayEntry, TrayIconKey, TrayModel } from './tray-model.ts';

/** What the menu's entries do. */
export type TrayActions = Readonly<Record<TrayAction, () => void>>;

export interface TrayPresenter {
  /** To be told of every delta; the state itself is read when it is time to show it. */
  changed(delta: Delta): void;
  destroy(): void;
}

/** Figures in the tray change at most this often, milliseconds: nobody reads faster. */
const PACE_MS = 1_000;

/**
 * Puts the one tray icon up. What is shown already is not set again, and a menu is not replaced while it is
 * open: a rewrite closes it under the pointer.
 */
export function createTray(
  icons: TrayIcons,
  actions: TrayActions,
  read: () => State,
): TrayPresenter {
  const tray = new Tray(icons(trayModel(read()).icon));
  const show = presenter(tray, icons, actions);
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => show(trayModel(read()));
  // Where a click does not open the menu by itself (Windows, most Linux desktops), it opens the window.
  if (process.platform !== 'darwin') tray.on('click', actions.open);
  flush();
  return {
    changed({ changed }) {
      // The answer to a click on Pause is not made to wait for the pace.
      if (changed.app !== undefined) flush();
      timer ??= setTimeout(() => {
        timer = null;
        flush();
      }, PACE_MS);
    },
    destroy() {
      if (timer !== null) clearTimeout(timer);
      tray.destroy();
    },
  };
}

function presenter(tray: Tray, icons: TrayIcons, actions: TrayActions): (model: TrayModel) => void {
  const shown: { icon: TrayIconKey | null; tooltip: string; menu: string } = {
    icon: null,
    tooltip: '',
    menu: '',
  };
  let openMenu = false;
  let waiting: readonly TrayEntry[] | null = null;
  const setMenu = (entries: readonly TrayEntry[]): void => {
    const menu = Menu.buildFromTemplate(entries.map((entry) => template(entry, actions)));
    // These events come from macOS and Windows; Linux desktops update an open menu in place.
    menu.on('menu-will-show', () => (openMenu = true));
    menu.on('menu-will-close', () => {
      openMenu = false;
      if (waiting !== null) setImmediate(setMenu, waiting);
      waiting = null;
    });
    tray.setContextMenu(menu);
  };
  return ({ icon, tooltip, menu }) => {
    if (icon !== shown.icon) tray.setImage(icons(icon));
    if (tooltip !== shown.tooltip) tray.setToolTip(tooltip);
    const text = JSON.stringify(menu);
    if (text !== shown.menu) {
      if (openMenu) waiting = menu;
      else setMenu(menu);
    }
    Object.assign(shown, { icon, tooltip, menu: text });
  };
}

function template(entry: TrayEntry, actions: TrayActions): MenuItemConstructorOptions {
  if (entry.kind === 'separator') return { type: 'separator' };
  // A lone ampersand would be taken for the mark of an access key.
  const label = entry.label.replace(/&/g, '&&');
  if (entry.kind === 'text') return { label, enabled: false };
  return { label, click: () => actions[entry.action]() };
}
