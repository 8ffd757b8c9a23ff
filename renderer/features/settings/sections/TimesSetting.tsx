import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { TariffSettings } from '../../../../shared/cost-settings.ts';
import { SettingObject } from '../SettingObject.tsx';

/** The tariff by time of the week. Its rows are saved together, because they must cover the week. */
export function TimesSetting(): JSX.Element {
  const text = useTranslations('settings.cost');
  return (
    <SettingObject
      path="cost.tariff"
      member="times"
      name={text('times')}
      hint={text('timesHint')}
      describe={({ times }: TariffSettings) => text('timesValue', { count: times?.length ?? 0 })}
    />
  );
}
