import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelTally, Tally } from '../../../shared/tally.ts';
import type { PeriodTotals } from '../../../shared/slices.ts';
import {
  UNKNOWN,
  formatCompact,
  formatCount,
  formatMarked,
  formatRateValue,
  formatTotal,
  localDate,
} from '../../../shared/format.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
import { useSliceOfSecond } from '../../state/context.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { useMedia } from '../../ui/media.ts';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SegmentedControl } from '../../ui/SegmentedControl.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { describeCaveats } from './describe.ts';
import type { OverviewText } from './words.ts';

const MODELS_AT_FIRST = 8;
/** The width at which the table folds. Full counts do not fit there. */
const NARROW = '(max-width: 699px)';
/** From here on counts are shortened, because full ones do not fit. */
const LONG_COUNT = 10_000_000;

type Period = 'today' | 'ever';

/** The requests and tokens of each model, today or since counting began. */
export function TotalsPanel({ isInSight }: { readonly isInSight: boolean }): JSX.Element {
  const text = useTranslations('overview.totals');
  const totals = useSliceOfSecond('totals', isInSight);
  const [period, setPeriod] = useState<Period>('today');
  const shown: PeriodTotals = totals[period];
  return (
    <Panel
      title={text('title')}
      aside={
        <SegmentedControl<Period>
          legend={text('period')}
          value={period}
          onChange={setPeriod}
          options={[
            { value: 'today', label: text('today') },
            { value: 'ever', label: text('since', { date: localDate(totals.ever.since) }) },
          ]}
        />
      }
    >
      {shown.models.length === 0 ? (
        <Note>{text(period === 'today' ? 'nothingToday' : 'nothingYet')}</Note>
      ) : (
        <ModelTable totals={shown} />
      )}
    </Panel>
  );
}

/** A row of the table. `model` is null in the row of sums, which has no speed. */
type Row = Tally & Pick<ModelTally, 'outputTokensPerSecond'> & { readonly model: string | null };

function ModelTable({ totals }: { readonly totals: PeriodTotals }): JSX.Element {
  const text = useTranslations('overview');
  const short = useMedia(NARROW) || totals.all.inputTokens >= LONG_COUNT;
  const { shown, toggle } = useExpandable(totals.models, MODELS_AT_FIRST);
  const caveats = describeCaveats(totals.all, text);
  return (
    <>
      <Table<Row>
        caption={text('totals.caption')}
        columns={columns(
          text,
          short ? formatCompact : formatCount,
          totals.all.energyJoules !== null,
        )}
        rows={shown}
        // By place: models that change places must change texts, not move rows.
        rowKey={(row) => shown.findIndex(({ model }) => model === row.model)}
        rowAttributes={(row) => ({ 'data-testid': 'totals-row', 'data-model': row.model ?? '' })}
        sum={{ ...totals.all, model: null, outputTokensPerSecond: null }}
      />
      {toggle}
      {caveats !== null && <Note footnote>{caveats}</Note>}
    </>
  );
}

const COUNTS = {
  input: { value: (row: Row) => row.inputTokens },
  cached: { value: (row: Row) => row.cachedInputTokens },
  output: { value: (row: Row) => row.outputTokens },
} as const;

function tokens(
  key: keyof typeof COUNTS,
  text: OverviewText,
  format: (count: number) => string,
  narrow: 'keep' | 'drop' = 'keep',
): Column<Row> {
  const { value } = COUNTS[key];
  return {
    key,
    head: text(`totals.columns.${key}`),
    value,
    narrow,
    width: '102px',
    numeric: true,
    cell: (row) => (
      <span title={formatTotal(value(row), row)}>{formatTotal(value(row), row, format)}</span>
    ),
  };
}

/**
 * The columns. Energy is included only if some was measured, because most machines cannot measure
 * it.
 */
function columns(
  text: OverviewText,
  format: (count: number) => string,
  energy: boolean,
): readonly Column<Row>[] {
  return [
    {
      key: 'model',
      head: text('totals.columns.model'),
      narrow: 'lead',
      cell: ({ model }) => (model === null ? text('totals.all') : <LongName>{model}</LongName>),
    },
    {
      key: 'requests',
      head: text('totals.columns.requests'),
      width: '76px',
      numeric: true,
      narrow: 'keep',
      value: ({ requests }) => requests,
      cell: ({ requests }) => <span title={formatCount(requests)}>{format(requests)}</span>,
    },
    tokens('input', text, format),
    tokens('cached', text, format, energy ? 'drop' : 'keep'),
    tokens('output', text, format),
    speed(text),
    ...(energy ? [energyColumn(text)] : []),
  ];
}

const speed = (text: OverviewText): Column<Row> => ({
  key: 'speed',
  head: text('totals.columns.speed'),
  unit: text('totals.columns.speedUnit'),
  width: '60px',
  numeric: true,
  narrow: 'keep',
  value: (row) => row.outputTokensPerSecond,
  cell: (row) => (row.model === null ? '' : formatRateValue(row.outputTokensPerSecond)),
});

const energyColumn = (text: OverviewText): Column<Row> => ({
  key: 'energy',
  head: text('totals.columns.energy'),
  unit: text('totals.columns.energyUnit'),
  width: '68px',
  numeric: true,
  narrow: 'keep',
  value: ({ energyJoules }) => energyJoules,
  // Energy is measured for the machine but divided among requests by estimate.
  cell: ({ energyJoules }) =>
    energyJoules === null ? UNKNOWN : formatMarked(formatWattHours(energyJoules), 'estimated'),
});
