import type { JSX } from 'react';
import type { SettingsView } from '../../../shared/ipc.ts';
import type { Settings } from '../../../shared/settings.ts';
import css from './settings.module.css';

interface SettingNotesProps {
  readonly view: SettingsView;
  readonly settings: readonly (keyof Settings)[];
}

/** Says which of these settings are overridden, and which need a restart; nothing if none is. */
export function SettingNotes({ view, settings }: SettingNotesProps): JSX.Element {
  const overrides = view.overrides.filter(({ setting }) => settings.includes(setting));
  const waiting = view.restartNeeded.filter(({ setting }) => settings.includes(setting));
  return (
    <>
      {overrides.map(({ setting, source }) => (
        <p key={setting} className={css.factNote}>
          <code>{setting}</code> is set by <code>{source}</code>; settings.json does not count for
          it.
        </p>
      ))}
      {waiting.map(({ setting, reason }) => (
        <p key={setting} className={css.factNote}>
          Restart needed for <code>{setting}</code> {textOf(view.settings[setting])}. {reason}
        </p>
      ))}
    </>
  );
}

function textOf(value: Settings[keyof Settings]): string {
  return typeof value === 'object' ? '' : `${value}`;
}
