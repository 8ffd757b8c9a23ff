import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClickhouseSettings, PostgresSettings } from '../../../../shared/sinks.ts';
import { useSlice } from '../../../state/context.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { Note } from '../../../ui/Note.tsx';
import { Group, Rows } from '../Section.tsx';
import { SettingObject } from '../SettingObject.tsx';
import css from '../settings.module.css';
import { ExporterTable } from './ExporterTable.tsx';
import { Preview } from './Preview.tsx';

/** Where figures are sent, the state of each destination, and what would be sent. */
export function ExportersSection(): JSX.Element {
  const text = useTranslations('settings.exporters');
  const exporters = useSlice('exporters');
  return (
    <>
      <Group title={text('state')}>
        {exporters.length === 0 ? (
          <Note>{text('nowhere')}</Note>
        ) : (
          <ExporterTable exporters={exporters} />
        )}
      </Group>
      <Databases />
      <Group title={text('names.otlp')}>
        <Rows paths={['otlp.url', 'otlp.intervalMs', 'otlp.spans', 'otlp.headers']} />
      </Group>
      <Group title={text('reporter')}>
        <Rows paths={['reporter.url', 'reporter.intervalMinutes', 'reporter.headers']} />
        <Preview />
      </Group>
      <Prometheus />
    </>
  );
}

function Databases(): JSX.Element {
  const text = useTranslations('settings.exporters');
  return (
    <Group title={text('databases')}>
      <SettingObject
        path="sinks.postgres"
        name={text('names.postgres')}
        hint={text('databaseHint')}
        describe={({ host, port, database }: PostgresSettings) => `${host}:${port}/${database}`}
      />
      <SettingObject
        path="sinks.clickhouse"
        name={text('names.clickhouse')}
        hint={text('databaseHint')}
        describe={({ url, database }: ClickhouseSettings) => `${url}, ${database}`}
      />
    </Group>
  );
}

function Prometheus(): JSX.Element | null {
  const text = useTranslations('settings.exporters');
  const { apiUrl } = useSlice('app');
  if (apiUrl === null) return null;
  const address = `${apiUrl}/metrics`;
  return (
    <Group title={text('names.prometheus')}>
      <p className={css.together}>
        {text('prometheus')} <code className={css.code}>{address}</code>
        <CopyButton text={address} label={text('copyPrometheus')} />
      </p>
    </Group>
  );
}
