import { useTranslations } from 'use-intl';
import { THEMES } from '../../shared/appearance.ts';
import { isCancelled } from '../state/action.ts';
import { navigate } from '../state/address.ts';
import { useBridge, useSlice } from '../state/context.tsx';
import { useAppUpdates } from '../state/app-update.ts';
import { lastAddressOf } from '../state/last-address.ts';
import { addressOf } from '../../shared/page-address.ts';
import { useNotify } from '../ui/notices.tsx';
import { useCopy } from '../ui/use-copy.ts';
import { PAGES } from './pages.tsx';

/** An entry of the palette. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** A key or a place, shown at the right. */
  readonly hint: string;
  readonly run: () => void;
}

/** All that the palette offers now. */
export function useCommands(openKeys: () => void): readonly Command[] {
  return [
    ...usePageCommands(),
    ...useActionCommands(openKeys),
    ...useMiniCommands(),
    ...useUpdateCommands(),
    ...useModelCommands(),
  ];
}

function usePageCommands(): readonly Command[] {
  const text = useTranslations('frame');
  return PAGES.map(({ name, key }) => ({
    id: `page/${name}`,
    title: text('palette.go', { page: text(`pages.${name}`) }),
    hint: `g ${key}`,
    run: () => navigate(lastAddressOf(name, 'last')),
  }));
}

function useActionCommands(openKeys: () => void): readonly Command[] {
  const text = useTranslations('frame');
  const bridge = useBridge();
  const notify = useNotify();
  const { paused } = useSlice('app');
  const upstreams = useSlice('upstreams');
  const copy = useCopy();
  return [
    {
      id: 'pause',
      title: text(paused ? 'resume' : 'pause'),
      hint: '',
      run: () => void bridge.call('setPaused', !paused).catch(() => notify(text('pauseFailed'))),
    },
    ...upstreams.map(({ name, proxyUrl }) => ({
      id: `copy/${name}`,
      title: text('palette.copyProxy', { upstream: name }),
      hint: proxyUrl,
      run: () => copy(proxyUrl, text('palette.copied', { text: proxyUrl })),
    })),
    ...THEMES.map((theme) => ({
      id: `theme/${theme}`,
      title: text('palette.theme', { name: text(`themes.${theme}`) }),
      hint: '',
      run: () =>
        void bridge.call('updateSettings', { appearance: { theme } }).catch((error: unknown) => {
          if (!isCancelled(error)) notify(text('palette.themeFailed'));
        }),
    })),
    { id: 'keys', title: text('palette.keys'), hint: '?', run: openKeys },
  ];
}

/** Only the desktop has the mini monitor. */
function useMiniCommands(): readonly Command[] {
  const text = useTranslations('frame.palette');
  const bridge = useBridge();
  const notify = useNotify();
  const { clickThrough } = useSlice('app').miniMonitor;
  if (bridge.platform === 'web') return [];
  const patch = { miniMonitor: { clickThrough: !clickThrough } };
  return [
    {
      id: 'mini',
      title: text('mini'),
      hint: '',
      run: () => void bridge.call('showMiniMonitor', 'toggle'),
    },
    {
      id: 'mini/clicks',
      title: text(clickThrough ? 'catchClicks' : 'letClicksThrough'),
      hint: '',
      run: () => void bridge.call('updateSettings', patch).catch(() => notify(text('miniFailed'))),
    },
  ];
}

/** Only a desktop that was installed has updates. */
function useUpdateCommands(): readonly Command[] {
  const text = useTranslations('appUpdate.palette');
  const { update, act } = useAppUpdates();
  if (update === null) return [];
  const check = (): void => {
    navigate(addressOf('settings', 'about'));
    act('check');
  };
  const { step, found } = update;
  return [
    { id: 'update/check', title: text('check'), hint: '', run: check },
    ...(step === 'ready' && found !== null
      ? [
          {
            id: 'update/restart',
            title: text('restart', { version: found.version }),
            hint: '',
            run: () => act('restart'),
          },
        ]
      : []),
  ];
}

/** The models that are loaded or were used. */
function useModelCommands(): readonly Command[] {
  const text = useTranslations('frame.palette');
  const loaded = useSlice('loadedModels').map(({ name }) => name);
  const used = useSlice('totals').ever.models.map(({ model }) => model);
  return [...new Set([...loaded, ...used])].map((name) => ({
    id: `model/${name}`,
    title: text('model', { name }),
    hint: '',
    run: () => navigate(addressOf('models', name)),
  }));
}
