import { Menu, Tray, nativeImage } from 'electron';
import type { MenuItemConstructorOptions, NativeImage } from 'electron';
import type { Picture } from '../../../shared/tray-icon/lines.ts';
import type { TrayAction, TrayEntry } from './entry.ts';
import { HeldMenu } from './held-menu.ts';
import type { TrayHost } from './look.ts';

export interface ElectronHostOptions {
  readonly pictures: readonly Picture[];
  readonly tooltip: string;
  readonly menu: () => readonly TrayEntry[];
  readonly choose: (action: TrayAction) => void;
  readonly activate: () => void;
}

/**
 * Shows the tray by Electron's own: on macOS and Windows, which draw the menu in this process. A menu
 * there has fixed texts and closes if it is replaced, so what changes while it is open waits.
 */
export function createElectronHost(options: ElectronHostOptions): TrayHost {
  const tray = new Tray(imageOf(options.pictures));
  const held = new HeldMenu([]);
  let isOpen = false;
  let waiting = false;
  const show = (): void => {
    const menu = Menu.buildFromTemplate(held.shown.map((entry) => template(entry, options.choose)));
    menu.on('menu-will-show', () => (isOpen = true));
    menu.on('menu-will-close', () => {
      isOpen = false;
      // A menu must not be replaced inside its own event.
      if (waiting) setImmediate(show);
      waiting = false;
    });
    tray.setContextMenu(menu);
  };
  const offer = (entries: readonly TrayEntry[]): void => {
    if (held.offer(entries) === 'nothing') return;
    if (isOpen) waiting = true;
    else show();
  };
  offer(options.menu());
  tray.setToolTip(options.tooltip);
  // On Windows a click does not open the menu, so it opens the window.
  if (process.platform !== 'darwin') tray.on('click', options.activate);
  return {
    setPictures: (pictures) => tray.setImage(imageOf(pictures)),
    setTooltip: (tooltip) => tray.setToolTip(tooltip),
    setTitle: (title) => tray.setTitle(title, { fontType: 'monospacedDigit' }),
    setMenu: offer,
    destroy: () => tray.destroy(),
  };
}

/** One image with a picture for each scale of the screen; the first one has the plain size. */
function imageOf(pictures: readonly Picture[]): NativeImage {
  const image = nativeImage.createEmpty();
  const plain = pictures[0]?.height ?? 1;
  for (const { width, height, rgba } of pictures) {
    image.addRepresentation({
      scaleFactor: height / plain,
      ...{ width, height, buffer: bitmapOf(rgba) },
    });
  }
  if (process.platform === 'darwin') image.setTemplateImage(true);
  return image;
}

/** Blue, green, red, opacity, premultiplied, as Electron takes bitmaps. */
function bitmapOf(rgba: Uint8ClampedArray): Buffer {
  const bytes = Buffer.alloc(rgba.length);
  for (let at = 0; at < rgba.length; at += 4) {
    const opacity = rgba[at + 3] ?? 0;
    const of = (channel: number): number => Math.round(((rgba[at + channel] ?? 0) * opacity) / 255);
    bytes.set([of(2), of(1), of(0), opacity], at);
  }
  return bytes;
}

function template(
  entry: TrayEntry,
  choose: (action: TrayAction) => void,
): MenuItemConstructorOptions {
  if (entry.kind === 'separator') return { type: 'separator' };
  // A single ampersand would mark an access key.
  const label = entry.label.replaceAll('&', '&&');
  if (entry.kind === 'row') return { label, click: () => choose(entry.action) };
  return { label, submenu: entry.entries.map((each) => template(each, choose)) };
}
