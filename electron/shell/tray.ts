import { Menu, Tray } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import type { Delta, State } from '../../shared/snapshot.ts';
import type { TrayIcons } from './tray-icon.ts';
import { trayModel } from './tray-model.ts';
import type { TrayAction, TrayEntry, TrayIconKey, TrayModel } from './tray-model.ts';

/** Actions of the menu's entries. */
export type TrayActions = Readonly<Record<TrayAction, () => void>>;

export interface TrayPresenter {
  /** Call this with every delta. The state is read when it is time to show it. */
  changed(delta: Delta): void;
  destroy(): void;
}

/** Shortest time between two changes of the shown figures, milliseconds. */
const PACE_MS = 1_000;

/**
 * Shows the tray icon. Equal content is not set again. An open menu is not replaced, because that would
 * close it under the pointer.
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
  // On Windows and most Linux desktops a click does not open the menu, so it opens the window.
  if (process.platform !== 'darwin') tray.on('click', actions.open);
  flush();
  return {
    changed({ changed }) {
      // The result of a click on Pause is shown at once.
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
    // macOS and Windows emit these events. Linux desktops update an open menu in place.
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
  // A single ampersand would mark an access key.
  const label = entry.label.replace(/&/g, '&&');
  if (entry.kind === 'text') return { label, enabled: false };
  return { label, click: () => actions[entry.action]() };
}
