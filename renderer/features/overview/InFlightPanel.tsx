import type { JSX } from 'react';
import type { LiveExchange } from '../../../shared/live-exchange.ts';
import { UNKNOWN, formatCount, formatElapsed, formatMarked } from '../../../shared/format.ts';
import { useNow } from '../../state/clock.ts';
import { useSlice } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { PHASES } from './describe.ts';
import css from './InFlightPanel.module.css';

const COLUMNS: readonly Column<LiveExchange>[] = [
  {
    key: 'model',
    head: 'Model',
    narrow: 'lead',
    cell: ({ model }) => (model === null ? UNKNOWN : <LongName>{model}</LongName>),
  },
  {
    key: 'application',
    head: 'Application',
    width: '20%',
    narrow: 'keep',
    cell: ({ application }) => (
      <span title={application ?? undefined}>{application ?? UNKNOWN}</span>
    ),
  },
  {
    key: 'endpoint',
    head: 'Endpoint',
    width: '22%',
    narrow: 'drop',
    cell: ({ endpoint }) => <span title={endpoint}>{endpoint}</span>,
  },
  {
    key: 'phase',
    head: 'Phase',
    width: '104px',
    narrow: 'leadEnd',
    cell: ({ phase }) => (
      <Badge tone="output" solid={phase === 'generating'}>
        {PHASES[phase]}
      </Badge>
    ),
  },
  {
    key: 'output',
    head: 'Output',
    unit: 'so far',
    width: '72px',
    numeric: true,
    narrow: 'keep',
    value: ({ outputTokensSoFar }) => outputTokensSoFar,
    // The chunks seen so far are a lower bound. The true count arrives at the end.
    cell: ({ outputTokensSoFar }) =>
      formatMarked(formatCount(outputTokensSoFar), outputTokensSoFar > 0 ? 'estimated' : null),
  },
  {
    key: 'age',
    head: 'Age',
    width: '88px',
    numeric: true,
    narrow: 'keep',
    cell: ({ startedAt }) => <Age startedAt={startedAt} />,
  },
];

/** The requests in flight. */
export function InFlightPanel(): JSX.Element {
  const inFlight = useSlice('inFlight');
  return (
    <Panel title="In flight" aside={inFlight.length > 0 && formatCount(inFlight.length)}>
      <div className={css.body}>
        {inFlight.length === 0 ? (
          <Note>No request is being answered.</Note>
        ) : (
          <Table
            caption="Requests in flight"
            columns={COLUMNS}
            rows={inFlight}
            rowKey={(exchange) => exchange.id}
          />
        )}
      </div>
    </Panel>
  );
}

function Age({ startedAt }: { readonly startedAt: number }): JSX.Element {
  return <>{formatElapsed(useNow(true) - startedAt)}</>;
}
