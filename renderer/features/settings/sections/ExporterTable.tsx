import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { UNKNOWN, formatCount, formatMoment } from '../../../../shared/format.ts';
import type { ExporterState } from '../../../../shared/slices.ts';
import { useSay } from '../../../i18n/use-sentences.ts';
import { useNow } from '../../../state/clock.ts';
import { Badge } from '../../../ui/Badge.tsx';
import { Table } from '../../../ui/Table.tsx';
import type { Column } from '../../../ui/Table.tsx';
import css from '../settings.module.css';

const TONES: Record<
  ExporterState['status'],
  { readonly tone: 'good' | 'bad' | 'neutral'; readonly solid: boolean }
> = {
  ok: { tone: 'good', solid: true },
  failing: { tone: 'bad', solid: true },
  starting: { tone: 'neutral', solid: false },
};

const NAMED = ['postgres', 'clickhouse', 'otlp', 'reporter', 'webhook'] as const;

/** The configured exporters, their states, and what is wrong with them. */
export function ExporterTable({
  exporters,
}: {
  readonly exporters: readonly ExporterState[];
}): JSX.Element {
  const text = useTranslations('settings.exporters');
  const columns = useColumns();
  const say = useSay();
  return (
    <>
      <Table
        caption={text('table')}
        columns={columns}
        rows={exporters}
        rowKey={({ name }) => name}
      />
      {exporters.map(
        ({ name, message, messageSentence }) =>
          message !== null && (
            <p key={name} className={css.soft}>
              {say(messageSentence, message)}
            </p>
          ),
      )}
    </>
  );
}

function useColumns(): readonly Column<ExporterState>[] {
  const text = useTranslations('settings.exporters');
  const now = useNow(false);
  return [
    {
      key: 'name',
      head: text('to'),
      narrow: 'lead',
      cell: ({ name }) => nameOf(name, text),
    },
    {
      key: 'last',
      head: text('last'),
      width: '112px',
      numeric: true,
      narrow: 'keep',
      cell: ({ lastSuccessAt }) =>
        lastSuccessAt === null ? UNKNOWN : formatMoment(lastSuccessAt, now),
    },
    {
      key: 'behind',
      head: text('behind'),
      unit: text('behindUnit'),
      width: '88px',
      numeric: true,
      narrow: 'keep',
      value: ({ behind }) => behind,
      cell: ({ behind }) => formatCount(behind),
    },
    {
      key: 'status',
      head: text('status'),
      width: '108px',
      narrow: 'leadEnd',
      cell: ({ status }) => <Badge {...TONES[status]}>{text(`words.${status}`)}</Badge>,
    },
  ];
}

function nameOf(
  name: string,
  text: ReturnType<typeof useTranslations<'settings.exporters'>>,
): string {
  const known = NAMED.find((each) => each === name);
  return known === undefined ? name : text(`names.${known}`);
}
