import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatFigure } from '../../../shared/alert-figure-kinds.ts';
import { figureOf } from '../../../shared/alert-figures.ts';
import type { AlertHistory, PastAlert } from '../../../shared/alert-history.ts';
import { localMinute } from '../../../shared/format.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useApiPages } from '../../state/api.tsx';
import { useSlice } from '../../state/context.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Note } from '../../ui/Note.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { timeWidth } from '../../ui/time-width.ts';
import css from './Alerts.module.css';
import { Older } from './Older.tsx';
import { useLasted } from './lasted.ts';

const PATH = '/alerts/history';
const LIMIT = 25;
const nextOf = ({ nextCursor }: AlertHistory): string | null => nextCursor;

/** The alerts that fired, the last first. */
export function PastAlerts({ rule }: { readonly rule: string | null }): JSX.Element {
  const text = useTranslations('alerts.history');
  const result = useApiPages<AlertHistory>(PATH, { rule, limit: LIMIT }, nextOf);
  useFresh();
  const columns = useColumns();
  return (
    <Loaded result={result}>
      {({ pages }) => {
        const alerts = pages.flatMap((page) => page.alerts);
        if (alerts.length === 0) {
          return <Note>{text(rule === null ? 'noAlerts' : 'noAlertsOfRule')}</Note>;
        }
        return (
          <>
            <Table
              caption={text('alerts')}
              columns={columns.filter(
                // Without a webhook nothing was to be delivered.
                ({ key }) => key !== 'delivered' || alerts.some((each) => each.delivered !== null),
              )}
              rows={alerts}
              rowKey={({ rule: name, subject, from }) => `${name}/${subject ?? ''}/${from}`}
            />
            <Older pages={result} />
          </>
        );
      }}
    </Loaded>
  );
}

/** Reads the history again when an alert begins or ends. */
function useFresh(): void {
  const client = useQueryClient();
  const state = useSlice('alerts')
    .filter(({ status }) => status !== 'pending')
    .map(({ rule, subject, status, since }) => `${rule}/${subject ?? ''}/${status}/${since}`)
    .join();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: [PATH] });
  }, [client, state]);
}

function useColumns(): readonly Column<PastAlert>[] {
  const text = useTranslations('alerts.history');
  const lasted = useLasted();
  const say = useSay();
  return [
    {
      key: 'from',
      head: text('from'),
      width: `${timeWidth(124)}px`,
      narrow: 'keep',
      cell: ({ from }) => localMinute(from),
    },
    {
      key: 'alert',
      head: text('what'),
      narrow: 'lead',
      wraps: true,
      cell: ({ rule, message, messageSentence }) => (
        <>
          <span className={css.name}>{rule}</span> {say(messageSentence, message)}
        </>
      ),
    },
    { key: 'lasted', head: text('lasted'), width: '116px', narrow: 'keep', cell: lasted },
    ...figureColumns(text),
  ];
}

function figureColumns(
  text: ReturnType<typeof useTranslations<'alerts.history'>>,
): readonly Column<PastAlert>[] {
  return [
    {
      key: 'peak',
      head: text('peak'),
      width: '92px',
      numeric: true,
      narrow: 'leadEnd',
      cell: ({ figure, peakValue }) => {
        const { unit } = figureOf(figure);
        return unit === 'yes_no' ? '' : formatFigure(unit, peakValue);
      },
    },
    {
      key: 'limit',
      head: text('limit'),
      width: '112px',
      numeric: true,
      narrow: 'drop',
      cell: ({ figure, op, threshold }) => {
        const { unit } = figureOf(figure);
        return unit === 'yes_no' ? '' : text(op, { value: formatFigure(unit, threshold) });
      },
    },
    {
      key: 'delivered',
      head: text('delivered'),
      width: '92px',
      narrow: 'drop',
      cell: ({ delivered }) =>
        delivered === null ? '' : text(delivered ? 'deliveredYes' : 'deliveredNo'),
    },
  ];
}
