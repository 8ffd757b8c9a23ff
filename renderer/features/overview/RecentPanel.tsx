import type { JSX } from 'react';
import type { PublicRecord } from '../../../shared/public-record.ts';
import {
  UNKNOWN,
  formatDuration,
  formatMarked,
  formatMoment,
  formatRateValue,
} from '../../../shared/format.ts';
import { useNow } from '../../state/clock.ts';
import { useSlice } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { EstimatedCount } from '../../ui/EstimatedCount.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { describeOutcome, describeRefusals } from './describe.ts';

const ROWS_AT_FIRST = 8;

/** The latest finished exchanges. */
export function RecentPanel(): JSX.Element {
  const recent = useSlice('recent');
  const now = useNow(false);
  const { shown, toggle } = useExpandable(recent, ROWS_AT_FIRST);
  return (
    <Panel title="Recent activity">
      {recent.length === 0 ? (
        <Note>Nothing has finished yet.</Note>
      ) : (
        <Table
          caption="Recent activity, newest first"
          columns={columns(now)}
          rows={shown}
          rowKey={(record) => record.id}
        />
      )}
      {toggle}
    </Panel>
  );
}

function columns(now: number): readonly Column<PublicRecord>[] {
  return [
    {
      key: 'time',
      head: 'Time',
      width: '72px',
      narrow: 'keep',
      cell: ({ completedAt }) => (
        <time dateTime={new Date(completedAt).toISOString()}>{formatMoment(completedAt, now)}</time>
      ),
    },
    {
      key: 'model',
      head: 'Model',
      narrow: 'lead',
      // Without a model, the path describes the request best.
      cell: ({ model, endpoint }) => <LongName>{model ?? endpoint}</LongName>,
    },
    {
      key: 'application',
      head: 'Application',
      width: '15%',
      narrow: 'drop',
      cell: ({ client }) => (
        <span title={client.application ?? undefined}>{client.application ?? UNKNOWN}</span>
      ),
    },
    ...FIGURES,
    {
      key: 'outcome',
      head: 'Outcome',
      width: '102px',
      narrow: 'leadEnd',
      cell: (record) => <Outcome record={record} />,
    },
  ];
}

const FIGURES: readonly Column<PublicRecord>[] = [
  {
    key: 'input',
    head: 'Input',
    width: '78px',
    numeric: true,
    narrow: 'keep',
    value: ({ usage }) => usage.inputTokens,
    wraps: true,
    cell: ({ usage, estimateErrors }) => (
      <EstimatedCount
        value={usage.inputTokens}
        provenance={usage.provenance.input}
        error={estimateErrors.input}
      />
    ),
  },
  {
    key: 'output',
    head: 'Output',
    width: '72px',
    numeric: true,
    narrow: 'keep',
    value: ({ usage }) => usage.outputTokens,
    wraps: true,
    cell: ({ usage, estimateErrors }) => (
      <EstimatedCount
        value={usage.outputTokens}
        provenance={usage.provenance.output}
        error={estimateErrors.output}
      />
    ),
  },
  {
    key: 'speed',
    head: 'Speed',
    unit: 'tok/s',
    width: '60px',
    numeric: true,
    narrow: 'keep',
    value: ({ rates }) => rates.outputTokensPerSecond,
    cell: ({ rates }) =>
      formatMarked(formatRateValue(rates.outputTokensPerSecond), rates.provenance.output),
  },
  {
    key: 'duration',
    head: 'Duration',
    width: '82px',
    numeric: true,
    narrow: 'drop',
    value: ({ timing }) => timing.durationMs,
    cell: ({ timing }) => formatDuration(timing.durationMs),
  },
];

function isCancelled({ error }: PublicRecord): boolean {
  return error === 'client_aborted' || error === 'cancelled_by_user';
}

function Outcome({ record }: { readonly record: PublicRecord }): JSX.Element {
  const { short, long } = describeOutcome(record);
  const doubt = describeRefusals(record.refusals);
  const isFailed = record.error !== null;
  const title = [isFailed ? long : null, doubt].filter((text) => text !== null).join(' ');
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
