import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Group, Rows } from '../Section.tsx';

/** What the desktop tells while its window is not in front, and when it does not. */
export function NotificationsSection(): JSX.Element {
  const text = useTranslations('settings.notices');
  return (
    <>
      <Group title={text('what')}>
        <Rows
          paths={[
            'alerts.notify',
            'notifications.spilledModels',
            'notifications.longAnswers',
            'notifications.longAnswerSeconds',
          ]}
        />
      </Group>
      <Group title={text('quiet')}>
        <Rows
          paths={['notifications.quietHours', 'notifications.quietFrom', 'notifications.quietTo']}
        />
      </Group>
    </>
  );
}
