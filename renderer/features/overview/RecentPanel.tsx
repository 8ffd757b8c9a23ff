import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { PublicRecord } from '../../../shared/public-record.ts';
import {
  UNKNOWN,
  formatDuration,
  formatMarked,
  formatMoment,
  formatRateValue,
} from '../../../shared/format.ts';
import { useNow } from '../../state/clock.ts';
import { useSliceOfSecond } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { EstimatedCount } from '../../ui/EstimatedCount.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { timeWidth } from '../../ui/time-width.ts';
import { describeOutcome, describeRefusals } from './describe.ts';
import type { OverviewText } from './words.ts';

const ROWS_AT_FIRST = 8;

/** The latest finished exchanges. */
export function RecentPanel({ isInSight }: { readonly isInSight: boolean }): JSX.Element {
  const text = useTranslations('overview');
  const recent = useSliceOfSecond('recent', isInSight);
  const now = useNow(false);
  const { shown, toggle } = useExpandable(recent, ROWS_AT_FIRST);
  return (
    <Panel title={text('recent.title')}>
      {recent.length === 0 ? (
        <Note>{text('recent.none')}</Note>
      ) : (
        <Table
          caption={text('recent.caption')}
          columns={columns(now, text)}
          rows={shown}
          // By place: a new row on top must change texts, not move the rows below it.
          rowKey={(record) => shown.indexOf(record)}
        />
      )}
      {toggle}
    </Panel>
  );
}

function columns(now: number, text: OverviewText): readonly Column<PublicRecord>[] {
  return [
    {
      key: 'time',
      head: text('recent.columns.time'),
      width: `${timeWidth(72)}px`,
      narrow: 'keep',
      cell: ({ completedAt }) => (
        <time dateTime={new Date(completedAt).toISOString()}>{formatMoment(completedAt, now)}</time>
      ),
    },
    {
      key: 'model',
      head: text('recent.columns.model'),
      narrow: 'lead',
      // Without a model, the path describes the request best.
      cell: ({ model, endpoint }) => <LongName>{model ?? endpoint}</LongName>,
    },
    {
      key: 'application',
      head: text('recent.columns.application'),
      width: '15%',
      narrow: 'drop',
      cell: ({ client }) => <LongName>{client.application ?? UNKNOWN}</LongName>,
    },
    ...figures(text),
    {
      key: 'outcome',
      head: text('recent.columns.outcome'),
      width: '102px',
      narrow: 'leadEnd',
      cell: (record) => <Outcome record={record} text={text} />,
    },
  ];
}

function tokens(key: 'input' | 'output', text: OverviewText): Column<PublicRecord> {
  const field = `${key}Tokens` as const;
  return {
    key,
    head: text(`recent.columns.${key}`),
    width: key === 'input' ? '78px' : '72px',
    numeric: true,
    narrow: 'keep',
    value: ({ usage }) => usage[field],
    wraps: true,
    cell: ({ usage, estimateErrors }) => (
      <EstimatedCount
        value={usage[field]}
        provenance={usage.provenance[key]}
        error={estimateErrors[key]}
      />
    ),
  };
}

function figures(text: OverviewText): readonly Column<PublicRecord>[] {
  return [
    tokens('input', text),
    tokens('output', text),
    {
      key: 'speed',
      head: text('recent.columns.speed'),
      unit: text('recent.columns.speedUnit'),
      width: '60px',
      numeric: true,
      narrow: 'keep',
      value: ({ rates }) => rates.outputTokensPerSecond,
      cell: ({ rates }) =>
        formatMarked(formatRateValue(rates.outputTokensPerSecond), rates.provenance.output),
    },
    {
      key: 'duration',
      head: text('recent.columns.duration'),
      width: '82px',
      numeric: true,
      narrow: 'drop',
      value: ({ timing }) => timing.durationMs,
      cell: ({ timing }) => formatDuration(timing.durationMs),
    },
  ];
}

function isCancelled({ error }: PublicRecord): boolean {
  return error === 'client_aborted' || error === 'cancelled_by_user';
}

function Outcome({
  record,
  text,
}: {
  readonly record: PublicRecord;
  readonly text: OverviewText;
}): JSX.Element {
  const { short, long } = describeOutcome(record, text);
  const doubt = describeRefusals(record.refusals);
  const isFailed = record.error !== null;
  const title = [isFailed ? long : null, doubt].filter((each) => each !== null).join(' ');
  return (
    <span title={title === '' ? undefined : title}>
      {isFailed ? <Badge tone={isCancelled(record) ? 'neutral' : 'bad'}>{short}</Badge> : short}
      {doubt !== null && (
        <>
          <span aria-hidden="true">*</span>
          <VisuallyHidden>{` ${doubt}`}</VisuallyHidden>
        </>
      )}
    </span>
  );
}
