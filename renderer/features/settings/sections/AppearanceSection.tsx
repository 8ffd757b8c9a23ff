import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useBridge } from '../../../state/context.tsx';
import { Group, Rows } from '../Section.tsx';
import { RefusedKeys } from './RefusedKeys.tsx';
import { StartAtLogin } from './StartAtLogin.tsx';
import { TrayPreview } from './TrayPreview.tsx';
import { TrayTexts } from './TrayTexts.tsx';

/** What tray and mini monitor show, theme, language and units of the window, and when the desktop starts it. */
export function AppearanceSection(): JSX.Element {
  const { platform } = useBridge();
  const text = useTranslations('settings.trayLook');
  return (
    <>
      <Group title={text('icon')}>
        <Rows paths={['tray.icon']} />
        <TrayPreview />
      </Group>
      <Group title={text('text')}>
        <Rows paths={['tray.firstLine', 'tray.secondLine']} />
        <TrayTexts />
      </Group>
      <Group title={text('mini')}>
        <Rows
          paths={[
            'miniMonitor.form',
            'miniMonitor.onTop',
            'miniMonitor.opacity',
            'miniMonitor.clickThrough',
          ]}
        />
      </Group>
      <Group title={text('keys')}>
        <Rows paths={['shortcuts.window', 'shortcuts.miniMonitor', 'shortcuts.clickThrough']} />
        <RefusedKeys />
      </Group>
      <Group title={text('look')}>
        <Rows paths={['appearance.theme', 'appearance.language']} />
      </Group>
      <Group title={text('units')}>
        <Rows paths={['appearance.temperature', 'appearance.hours', 'appearance.weekStart']} />
      </Group>
      <Group title={text('system')}>
        {platform !== 'web' && <StartAtLogin />}
        <Rows paths={['desktop.keepAwake']} />
      </Group>
    </>
  );
}
