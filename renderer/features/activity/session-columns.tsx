import { useTranslations } from 'use-intl';
import {
  ESTIMATE_MARK,
  UNKNOWN,
  formatCompact,
  formatCount,
  formatDuration,
  formatMarked,
  formatWattHours,
} from '../../../shared/format.ts';
import type { SessionSummary } from '../../../shared/sessions.ts';
import { LongName } from '../../ui/LongName.tsx';
import type { Column } from '../../ui/Table.tsx';
import css from './Activity.module.css';
import { timeText } from './columns.tsx';

type SessionColumn = Column<SessionSummary>;

/** The columns of the sessions. `open` shows the requests of one. */
export function useSessionColumns(
  now: number,
  open: (id: string) => void,
): readonly SessionColumn[] {
  const text = useTranslations('activity.sessions');
  const unit = useTranslations('activity.units')('energy');
  const growth = ({ firstPromptTokens, lastPromptTokens }: SessionSummary): string =>
    text('growth', {
      first: formatCompact(firstPromptTokens),
      last: formatCompact(lastPromptTokens),
    });
  const label = ({ id, source }: SessionSummary): string =>
    source === 'inferred' ? `${ESTIMATE_MARK}${id}` : id;
  const { count, figure } = columnMakers();
  return [
    {
      key: 'session',
      head: text('session'),
      narrow: 'lead',
      text: label,
      cell: (row) => (
        <button
          type="button"
          className={css.link}
          aria-label={text('open', { id: row.id })}
          title={row.source === 'inferred' ? text('inferred') : undefined}
          onClick={() => open(row.id)}
        >
          <LongName>{label(row)}</LongName>
        </button>
      ),
    },
    {
      key: 'models',
      head: text('models'),
      width: '20%',
      narrow: 'drop',
      text: ({ models }) => models.join(', '),
      cell: ({ models }) => <LongName>{models.join(', ')}</LongName>,
    },
    {
      key: 'client',
      head: text('client'),
      width: '12%',
      narrow: 'drop',
      cell: ({ application }) => application ?? UNKNOWN,
    },
    count('requests', text('requests'), 'keep', ({ requests }) => requests),
    figure('context', text('context'), 'keep', growth, ({ lastPromptTokens }) => lastPromptTokens),
    count('input', text('input'), 'drop', ({ inputTokens }) => inputTokens),
    count('cached', text('cached'), 'drop', ({ cachedInputTokens }) => cachedInputTokens),
    count('output', text('output'), 'keep', ({ outputTokens }) => outputTokens),
    figure(
      'time',
      text('time'),
      'drop',
      ({ durationMs }) => formatDuration(durationMs),
      ({ durationMs }) => durationMs,
    ),
    {
      ...figure(
        'energy',
        text('energy'),
        'drop',
        ({ energyJoules }) => formatMarked(formatWattHours(energyJoules), 'estimated'),
        ({ energyJoules }) => energyJoules,
      ),
      unit,
    },
    {
      ...figure(
        'ended',
        text('ended'),
        'keep',
        ({ lastAt }) => timeText(lastAt, now),
        ({ lastAt }) => lastAt,
      ),
      width: '124px',
    },
  ];
}

interface ColumnMakers {
  readonly count: (
    key: string,
    head: string,
    narrow: SessionColumn['narrow'],
    read: (row: SessionSummary) => number,
  ) => SessionColumn;
  readonly figure: (
    key: string,
    head: string,
    narrow: SessionColumn['narrow'],
    cell: (row: SessionSummary) => string,
    value: (row: SessionSummary) => number | null,
  ) => SessionColumn;
}

function columnMakers(): ColumnMakers {
  const figure: ColumnMakers['figure'] = (key, head, narrow, cell, value) => ({
    ...{ key, head, narrow, cell, value },
    width: '92px',
    numeric: true,
  });
  const count: ColumnMakers['count'] = (key, head, narrow, read) =>
    figure(key, head, narrow, (row) => formatCount(read(row)), read);
  return { count, figure };
}
