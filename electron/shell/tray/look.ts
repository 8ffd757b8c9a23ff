import type { Picture } from '../../../shared/tray-icon/lines.ts';
import type { TrayEntry } from './entry.ts';

/** Shows the tray on one kind of desktop. Each part is set only when it has changed. */
export interface TrayHost {
  setPictures(pictures: readonly Picture[]): void;
  setTooltip(tooltip: string): void;
  /** Text beside the icon, where the desktop shows one. */
  setTitle(title: string): void;
  setMenu(entries: readonly TrayEntry[]): void;
  destroy(): void;
}
