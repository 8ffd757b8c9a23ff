import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { SettingsView } from '../../../shared/ipc.ts';
import type { Settings } from '../../../shared/settings.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { asCode } from './as-code.tsx';
import css from './settings.module.css';

interface SettingNotesProps {
  readonly view: SettingsView;
  /** The settings whose value is shown beside the notes. */
  readonly settings: readonly (keyof Settings)[];
}

/** Says which of the settings a flag or the environment overrides, and which need a restart. */
export function SettingNotes({ view, settings }: SettingNotesProps): JSX.Element {
  const text = useTranslations('settings.notes');
  const say = useSay();
  const overrides = view.overrides.filter(({ setting }) => settings.includes(setting));
  const waiting = view.restartNeeded.filter(({ setting }) => settings.includes(setting));
  return (
    <>
      {overrides.map(({ setting, source }) => (
        <p key={setting} className={css.factNote}>
          {text.rich('overridden', { setting, source, ...asCode })}
        </p>
      ))}
      {waiting.map(({ setting, reason, reasonSentence }) => (
        <p key={setting} className={css.factNote}>
          {text.rich('restart', {
            setting,
            reason: say(reasonSentence, reason),
            value: textOf(view.settings[setting]),
            ...asCode,
          })}
        </p>
      ))}
    </>
  );
}

function textOf(value: Settings[keyof Settings]): string {
  return typeof value === 'object' ? '' : `${value}`;
}
