import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { localMinute } from '../../../shared/format.ts';
import type { InsightHistory, PastInsight } from '../../../shared/insight-history.ts';
import { formatInsightFigure } from '../../../shared/insights.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useApiPages } from '../../state/api.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Note } from '../../ui/Note.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { timeWidth } from '../../ui/time-width.ts';
import { Older } from './Older.tsx';
import { useLasted } from './lasted.ts';

const LIMIT = 25;
const nextOf = ({ nextCursor }: InsightHistory): string | null => nextCursor;

/** The insights about models and the machine that were found before, the last first. */
export function PastInsights(): JSX.Element {
  const text = useTranslations('alerts.history');
  const result = useApiPages<InsightHistory>('/insights/history', { limit: LIMIT }, nextOf);
  const columns = useColumns();
  return (
    <Loaded result={result}>
      {({ pages }) => {
        const insights = pages.flatMap((page) => page.insights);
        if (insights.length === 0) return <Note>{text('noInsights')}</Note>;
        return (
          <>
            <Table
              caption={text('insights')}
              columns={columns}
              rows={insights}
              rowKey={({ kind, subject, from }) => `${kind}/${subject}/${from}`}
            />
            <Older pages={result} />
          </>
        );
      }}
    </Loaded>
  );
}

function useColumns(): readonly Column<PastInsight>[] {
  const text = useTranslations('alerts.history');
  const say = useSay();
  const lasted = useLasted();
  return [
    {
      key: 'from',
      head: text('from'),
      width: `${timeWidth(124)}px`,
      narrow: 'keep',
      cell: ({ from }) => localMinute(from),
    },
    {
      key: 'insight',
      head: text('insight'),
      narrow: 'lead',
      wraps: true,
      cell: ({ title, titleSentence }) => say(titleSentence, title),
    },
    { key: 'lasted', head: text('lasted'), width: '116px', narrow: 'keep', cell: lasted },
    {
      key: 'figure',
      head: text('figure'),
      width: '104px',
      numeric: true,
      narrow: 'leadEnd',
      cell: ({ figure }) => formatInsightFigure(figure),
    },
  ];
}
