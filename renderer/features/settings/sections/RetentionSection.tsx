import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatBytes, formatCount, localDate, UNKNOWN } from '../../../../shared/format.ts';
import { useApiData } from '../../../state/api.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { Table } from '../../../ui/Table.tsx';
import type { Column } from '../../../ui/Table.tsx';
import { Group, Rows } from '../Section.tsx';
import css from '../settings.module.css';
import { ClearData } from './ClearData.tsx';
import { BackupData } from './BackupData.tsx';
import { HOLDINGS } from './stored-data.ts';
import type { HoldingName, StoredData } from './stored-data.ts';

/** How long data is kept, what is stored, and copies of it. */
export function RetentionSection(): JSX.Element {
  const text = useTranslations('settings.retention');
  const summary = useApiData<StoredData>('/data/summary');
  const reload = (): void => void summary.refetch();
  return (
    <>
      <Group title={text('stored')}>
        <Loaded result={summary}>
          {(data) => (
            <div className={css.body}>
              <Stored data={data} />
              <ClearData data={data} onCleared={reload} />
            </div>
          )}
        </Loaded>
      </Group>
      <Group title={text('keep')}>
        <Rows
          paths={[
            'retention.activityDays',
            'retention.seriesDays',
            'retention.rollupDays',
            'retention.gpuDays',
            'retention.captureDays',
            'retention.maxBytes',
            'retention.captureMaxBytes',
          ]}
        />
      </Group>
      <Group title={text('backup')}>
        <BackupData data={summary.data ?? null} onImported={reload} />
      </Group>
    </>
  );
}

function Stored({ data }: { readonly data: StoredData }): JSX.Element {
  const text = useTranslations('settings.retention');
  const { fileBytes, freeBytes } = data;
  return (
    <>
      <Table
        caption={text('table')}
        rows={HOLDINGS}
        rowKey={(name) => name}
        columns={useColumns(data)}
      />
      <p className={css.soft}>
        {text('file', { size: formatBytes(fileBytes), free: formatBytes(freeBytes) })}
      </p>
    </>
  );
}

function useColumns(data: StoredData): readonly Column<HoldingName>[] {
  const text = useTranslations('settings.retention');
  return [
    { key: 'what', head: text('what'), narrow: 'lead', cell: (name) => text(`holdings.${name}`) },
    {
      key: 'rows',
      head: text('rows'),
      width: '112px',
      numeric: true,
      narrow: 'keep',
      value: (name) => data[name].rows,
      cell: (name) => formatCount(data[name].rows),
    },
    {
      key: 'size',
      head: text('size'),
      width: '88px',
      numeric: true,
      narrow: 'leadEnd',
      cell: (name) => formatBytes(data[name].bytes),
    },
    {
      key: 'oldest',
      head: text('oldest'),
      width: '104px',
      numeric: true,
      narrow: 'keep',
      cell: (name) => dayOf(data[name].oldest),
    },
  ];
}

function dayOf(moment: number | null): string {
  return moment === null ? UNKNOWN : localDate(moment);
}
