import { useTranslations } from 'use-intl';
import { foreignName } from '../../../shared/foreign-name.ts';
import {
  ESTIMATE_MARK,
  UNKNOWN,
  formatCompact,
  formatCount,
  formatDuration,
  formatMarked,
} from '../../../shared/format.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
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
  return [useIdColumn(open), ...useNameColumns(), ...useTokenColumns(), ...useSumColumns(now)];
}

function useIdColumn(open: (id: string) => void): SessionColumn {
  const text = useTranslations('activity.sessions');
  const label = ({ id, source }: SessionSummary): string =>
    source === 'inferred' ? `${ESTIMATE_MARK}${id}` : id;
  return {
    key: 'session',
    head: text('session'),
    narrow: 'lead',
    text: label,
    cell: (row) => (
      <button
        type="button"
        className={css.link}
        aria-label={text('open', { id: foreignName(row.id) })}
        title={row.source === 'inferred' ? text('inferred') : undefined}
        onClick={() => open(row.id)}
      >
        <LongName>{label(row)}</LongName>
      </button>
    ),
  };
}

function useNameColumns(): SessionColumn[] {
  const text = useTranslations('activity.sessions');
  return [
    {
      key: 'models',
      head: text('models'),
      width: '16%',
      narrow: 'drop',
      text: ({ models }) => models.join(', '),
      cell: ({ models }) => <LongName>{models.join(', ')}</LongName>,
    },
    {
      key: 'client',
      head: text('client'),
      width: '11%',
      narrow: 'drop',
      cell: ({ application }) => application ?? UNKNOWN,
    },
  ];
}

function useTokenColumns(): SessionColumn[] {
  const text = useTranslations('activity.sessions');
  const growth = ({ firstPromptTokens, lastPromptTokens }: SessionSummary): string =>
    text('growth', {
      first: formatCompact(firstPromptTokens),
      last: formatCompact(lastPromptTokens),
    });
  return [
    count('requests', text('requests'), 'keep', ({ requests }) => requests),
    figure('context', text('context'), 'keep', growth, ({ lastPromptTokens }) => lastPromptTokens),
    count('input', text('input'), 'drop', ({ inputTokens }) => inputTokens),
    count('cached', text('cached'), 'drop', ({ cachedInputTokens }) => cachedInputTokens),
    count('output', text('output'), 'keep', ({ outputTokens }) => outputTokens),
  ];
}

function useSumColumns(now: number): SessionColumn[] {
  const text = useTranslations('activity.sessions');
  const unit = useTranslations('activity.units')('energy');
  const energy = ({ energyJoules }: SessionSummary): string =>
    formatMarked(formatWattHours(energyJoules), 'estimated');
  const time = ({ durationMs }: SessionSummary): string => formatDuration(durationMs);
  const ended = ({ lastAt }: SessionSummary): string => timeText(lastAt, now);
  return [
    figure('time', text('time'), 'drop', time, ({ durationMs }) => durationMs),
    { ...figure('energy', text('energy'), 'drop', energy, (row) => row.energyJoules), unit },
    { ...figure('ended', text('ended'), 'keep', ended, ({ lastAt }) => lastAt), width: '108px' },
  ];
}

function figure(
  key: string,
  head: string,
  narrow: SessionColumn['narrow'],
  cell: (row: SessionSummary) => string,
  value: (row: SessionSummary) => number | null,
): SessionColumn {
  return { key, head, narrow, cell, value, width: '76px', numeric: true };
}

function count(
  key: string,
  head: string,
  narrow: SessionColumn['narrow'],
  read: (row: SessionSummary) => number,
): SessionColumn {
  return figure(key, head, narrow, (row) => formatCount(read(row)), read);
}
