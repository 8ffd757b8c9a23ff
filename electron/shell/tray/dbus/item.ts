import { Message, Variant } from '@jellybrick/dbus-next';
import type { Picture } from '../../../../shared/tray-icon/lines.ts';
import { MENU_PATH } from './menu.ts';
import type { Answer } from './menu.ts';

export const ITEM_INTERFACE = 'org.kde.StatusNotifierItem';
export const ITEM_PATH = '/StatusNotifierItem';

/** `(iiay)`: width, height, bytes of ARGB in network order. */
type Pixmap = [width: number, height: number, bytes: Buffer];

export interface ItemOptions {
  readonly send: (signal: Message) => void;
  /** A primary click on the icon. */
  readonly activate: () => void;
}

/** The tray's icon as a StatusNotifierItem. A property that has not changed is not told again. */
export class DbusItem {
  readonly #options: ItemOptions;
  #pixmaps: Pixmap[];
  #tooltip: string;

  constructor(options: ItemOptions, pictures: readonly Picture[], tooltip: string) {
    this.#options = options;
    this.#pixmaps = pictures.map(pixmapOf);
    this.#tooltip = tooltip;
  }

  setPictures(pictures: readonly Picture[]): void {
    this.#pixmaps = pictures.map(pixmapOf);
    this.#changed('NewIcon', 'IconPixmap');
  }

  /** The first line is the title. */
  setTooltip(tooltip: string): void {
    this.#tooltip = tooltip;
    this.#changed('NewToolTip', 'ToolTip');
  }

  /** Takes a call of the interface; null for an unknown one. */
  answer({ member }: Message): Answer | null {
    // Hosts draw the menu themselves, so only they know about a secondary click.
    if (member === 'ContextMenu' || member === 'Scroll') return ['', []];
    // On GNOME a primary click opens the menu, and this is the middle button.
    if (member !== 'Activate' && member !== 'SecondaryActivate') return null;
    this.#options.activate();
    return ['', []];
  }

  get properties(): Record<string, Variant> {
    const [title = '', ...rest] = this.#tooltip.split('\n');
    const text = (value: string): Variant => new Variant('s', value);
    const none = new Variant('a(iiay)', []);
    return {
      Category: text('ApplicationStatus'),
      Id: text('tokwatt'),
      Title: text('Tokwatt'),
      Status: text('Active'),
      WindowId: new Variant('i', 0),
      IconName: text(''),
      IconThemePath: text(''),
      IconPixmap: new Variant('a(iiay)', this.#pixmaps),
      OverlayIconName: text(''),
      OverlayIconPixmap: none,
      AttentionIconName: text(''),
      AttentionIconPixmap: none,
      AttentionMovieName: text(''),
      ToolTip: new Variant('(sa(iiay)ss)', ['', [], title, markup(rest.join('\n'))]),
      ItemIsMenu: new Variant('b', false),
      Menu: new Variant('o', MENU_PATH),
    };
  }

  #changed(signal: string, property: string): void {
    this.#options.send(Message.newSignal(ITEM_PATH, ITEM_INTERFACE, signal));
    // Hosts that keep properties follow this one.
    const changed = { [property]: this.properties[property] };
    this.#options.send(
      Message.newSignal(
        ITEM_PATH,
        'org.freedesktop.DBus.Properties',
        'PropertiesChanged',
        'sa{sv}as',
        [ITEM_INTERFACE, changed, []],
      ),
    );
  }
}

/** Hosts read the text of a tooltip, but not its title, as markup. */
function markup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\n', '<br/>');
}

function pixmapOf({ width, height, rgba }: Picture): Pixmap {
  const bytes = Buffer.alloc(rgba.length);
  for (let at = 0; at < rgba.length; at += 4) {
    bytes[at] = rgba[at + 3] ?? 0;
    bytes[at + 1] = rgba[at] ?? 0;
    bytes[at + 2] = rgba[at + 1] ?? 0;
    bytes[at + 3] = rgba[at + 2] ?? 0;
  }
  return [width, height, bytes];
}
