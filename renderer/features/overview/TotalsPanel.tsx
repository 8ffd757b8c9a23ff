import { useState } from 'react';
import type { JSX } from 'react';
import type { ModelTally, Tally } from '../../../shared/tally.ts';
import type { PeriodTotals } from '../../../shared/slices.ts';
import {
  UNKNOWN,
  formatCompact,
  formatCount,
  formatMarked,
  formatRateValue,
  formatTotal,
  formatWattHours,
  localDate,
} from '../../../shared/format.ts';
import { useSlice } from '../../state/context.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { useMedia } from '../../ui/media.ts';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SegmentedControl } from '../../ui/SegmentedControl.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { describeCaveats, describeCost } from './describe.ts';

const MODELS_AT_FIRST = 8;
/** The width at which the table folds. Full counts do not fit there. */
const NARROW = '(max-width: 699px)';
/** From here on counts are shortened, because full ones do not fit. */
const LONG_COUNT = 10_000_000;

type Period = 'today' | 'ever';

/** The requests and tokens of each model, today or since counting began. */
export function TotalsPanel(): JSX.Element {
  const totals = useSlice('totals');
  const [period, setPeriod] = useState<Period>('today');
  const shown: PeriodTotals = totals[period];
  return (
    <Panel
      title="Totals"
      aside={
        <SegmentedControl<Period>
          legend="Period"
          value={period}
          onChange={setPeriod}
          options={[
            { value: 'today', label: 'Today' },
            { value: 'ever', label: `Since ${localDate(totals.ever.since)}` },
          ]}
        />
      }
    >
      {shown.models.length === 0 ? (
        <Note>Nothing was counted {period === 'today' ? 'today' : 'yet'}.</Note>
      ) : (
        <ModelTable totals={shown} />
      )}
      {period === 'today' && <TodaysCost />}
    </Panel>
  );
}

/** Empty without a tariff. */
function TodaysCost(): JSX.Element | null {
  const cost = useSlice('cost');
  const text = cost === null ? null : describeCost(cost);
  return text === null ? null : <Note footnote>{text}</Note>;
}

/** A row of the table. `model` is null in the row of sums, which has no speed. */
type Row = Tally & Pick<ModelTally, 'outputTokensPerSecond'> & { readonly model: string | null };

function ModelTable({ totals }: { readonly totals: PeriodTotals }): JSX.Element {
  const short = useMedia(NARROW) || totals.all.inputTokens >= LONG_COUNT;
  const { shown, toggle } = useExpandable(totals.models, MODELS_AT_FIRST);
  const caveats = describeCaveats(totals.all);
  return (
    <>
      <Table<Row>
        caption="Totals by model"
        columns={columns(short ? formatCompact : formatCount, totals.all.energyJoules !== null)}
        rows={shown}
        rowKey={(row) => row.model ?? ''}
        rowAttributes={(row) => ({ 'data-testid': 'totals-row', 'data-model': row.model ?? '' })}
        sum={{ ...totals.all, model: null, outputTokensPerSecond: null }}
      />
      {toggle}
      {caveats !== null && <Note footnote>{caveats}</Note>}
    </>
  );
}

/**
 * The columns. Energy is included only if some was measured, because most machines cannot measure
 * it.
 */
function columns(format: (count: number) => string, energy: boolean): readonly Column<Row>[] {
  const tokens = (
    key: string,
    head: string,
    value: (row: Row) => number,
    narrow: 'keep' | 'drop' = 'keep',
  ): Column<Row> => ({
    key,
    head,
    value,
    narrow,
    width: '102px',
    numeric: true,
    cell: (row) => (
      <span title={formatTotal(value(row), row)}>{formatTotal(value(row), row, format)}</span>
    ),
  });
  return [
    {
      key: 'model',
      head: 'Model',
      narrow: 'lead',
      cell: ({ model }) => (model === null ? 'All models' : <LongName>{model}</LongName>),
    },
    {
      key: 'requests',
      head: 'Requests',
      width: '76px',
      numeric: true,
      narrow: 'keep',
      value: ({ requests }) => requests,
      cell: ({ requests }) => <span title={formatCount(requests)}>{format(requests)}</span>,
    },
    tokens('input', 'Input', (row) => row.inputTokens),
    tokens('cached', 'Cached', (row) => row.cachedInputTokens, energy ? 'drop' : 'keep'),
    tokens('output', 'Output', (row) => row.outputTokens),
    SPEED,
    ...(energy ? [ENERGY] : []),
  ];
}

const SPEED: Column<Row> = {
  key: 'speed',
  head: 'Speed',
  unit: 'tok/s',
  width: '60px',
  numeric: true,
  narrow: 'keep',
  value: (row) => row.outputTokensPerSecond,
  cell: (row) => (row.model === null ? '' : formatRateValue(row.outputTokensPerSecond)),
};

const ENERGY: Column<Row> = {
  key: 'energy',
  head: 'Energy',
  unit: 'Wh',
  width: '68px',
  numeric: true,
  narrow: 'keep',
  value: ({ energyJoules }) => energyJoules,
  // Energy is measured for the machine but divided among requests by estimate.
  cell: ({ energyJoules }) =>
    energyJoules === null ? UNKNOWN : formatMarked(formatWattHours(energyJoules), 'estimated'),
};
