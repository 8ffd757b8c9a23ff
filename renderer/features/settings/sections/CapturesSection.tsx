import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Group, Rows } from '../Section.tsx';

/** Which parts of requests and answers are kept, and what is hidden in them. */
export function CapturesSection(): JSX.Element {
  const text = useTranslations('settings.captures');
  return (
    <>
      <Group title={text('what')}>
        <Rows
          paths={[
            'captures.enabled',
            'captures.requestHeaders',
            'captures.requestBody',
            'captures.responseHeaders',
            'captures.responseBody',
          ]}
        />
      </Group>
      <Group title={text('limits')}>
        <Rows
          paths={['captures.maxBodyBytes', 'captures.redactHeaders', 'captures.redactFields']}
        />
      </Group>
      <Group title={text('clients')}>
        <Rows paths={['clients.processes']} />
      </Group>
    </>
  );
}
