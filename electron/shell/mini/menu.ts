import type { MenuItemConstructorOptions } from 'electron';
import { formatPercent } from '../../../shared/format.ts';
import { MINI_FORMS } from '../../../shared/mini-monitor-settings.ts';
import type { MiniMonitorSettings } from '../../../shared/mini-monitor-settings.ts';
import type { Words } from '../words.ts';

const OPACITIES = [1, 0.85, 0.7, 0.5];

export interface MiniMenuActions {
  readonly change: (patch: Partial<MiniMonitorSettings>) => void;
  readonly openWindow: () => void;
  readonly close: () => void;
}

/** The menu of a right click. Linux has no opacity of windows, so there it offers none. */
export function miniMenu(
  settings: MiniMonitorSettings,
  words: Words,
  { change, openWindow, close }: MiniMenuActions,
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const line: MenuItemConstructorOptions = { type: 'separator' };
  return [
    ...MINI_FORMS.map((form) => ({
      type: 'radio' as const,
      label: words(`forms.${form}`),
      checked: form === settings.form,
      click: () => change({ form }),
    })),
    line,
    {
      type: 'checkbox',
      label: words('onTop'),
      checked: settings.onTop,
      click: () => change({ onTop: !settings.onTop }),
    },
    ...(platform === 'linux' ? [] : [opacityMenu(settings, words, change)]),
    {
      type: 'checkbox',
      label: words('clickThrough'),
      checked: settings.clickThrough,
      click: () => change({ clickThrough: !settings.clickThrough }),
    },
    line,
    { label: words('open'), click: openWindow },
    { label: words('close'), click: close },
  ];
}

function opacityMenu(
  { opacity }: MiniMonitorSettings,
  words: Words,
  change: MiniMenuActions['change'],
): MenuItemConstructorOptions {
  return {
    label: words('opacity'),
    submenu: OPACITIES.map((value) => ({
      type: 'radio',
      label: formatPercent(value * 100),
      checked: value === opacity,
      click: () => change({ opacity: value }),
    })),
  };
}
