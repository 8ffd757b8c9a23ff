/** The columns of figures that both tables share. */
import {
  UNKNOWN,
  formatCompact,
  formatCount,
  formatFigure,
  formatMarked,
  formatRateValue,
} from '../../../shared/format.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
import { formatMoney } from '../../../shared/format-cost.ts';
import type { HistoryLine } from '../../../shared/history.ts';
import type { Column } from '../../ui/Table.tsx';

/** The figures of a row. */
export interface Figures {
  readonly requests: number | null;
  readonly errors: number | null;
  readonly inputTokens: number | null;
  readonly cachedInputTokens: number | null;
  readonly outputTokens: number | null;
  /** Medians. */
  readonly speed: number | null;
  readonly firstTokenMs: number | null;
  readonly energyJoules: number | null;
  readonly cost: number | null;
}

export function figuresOfAll({ sums }: HistoryLine): Figures {
  const { outputTokensPerSecond, timeToFirstTokenMs, ...rest } = sums;
  return { ...rest, speed: outputTokensPerSecond.p50, firstTokenMs: timeToFirstTokenMs.p50 };
}

/** The figures of one step. */
export function figuresAt(line: HistoryLine, index: number): Figures {
  const at = (column: readonly (number | null)[]): number | null => column[index] ?? null;
  return {
    requests: at(line.requests),
    errors: at(line.errors),
    inputTokens: at(line.inputTokens),
    cachedInputTokens: at(line.cachedInputTokens),
    outputTokens: at(line.outputTokens),
    speed: at(line.outputTokensPerSecond.p50),
    firstTokenMs: at(line.timeToFirstTokenMs.p50),
    energyJoules: at(line.energyJoules),
    cost: at(line.cost),
  };
}

const MS_PER_SECOND = 1_000;

function seconds(ms: number | null): string {
  return formatFigure(ms === null ? null : ms / MS_PER_SECOND);
}

function wattHours(joules: number | null): string {
  return formatMarked(formatWattHours(joules), 'estimated');
}

function money(currency: string | null): (cost: number | null) => string {
  return (cost) =>
    currency === null ? UNKNOWN : formatMarked(formatMoney(cost, currency), 'estimated');
}

export type FigureWords = (
  name:
    | 'requests'
    | 'errors'
    | 'input'
    | 'cached'
    | 'output'
    | 'speed'
    | 'firstToken'
    | 'energy'
    | 'cost',
) => string;

/** Columns of energy and cost only where something is known of them. */
export function figureColumns<Row extends Figures>(
  words: FigureWords,
  currency: string | null,
  rows: readonly Row[],
): readonly Column<Row>[] {
  const column = (
    key: keyof Figures,
    head: string,
    [width, format]: readonly [string, (value: number | null) => string],
    more: Partial<Column<Row>> = {},
  ): Column<Row> => ({
    ...{ key, head, width, numeric: true, narrow: 'keep' },
    ...{ value: (row) => row[key], cell: (row) => format(row[key]) },
    ...more,
  });
  const isKnown = (key: keyof Figures): boolean => rows.some((row) => row[key] !== null);
  return [
    column('requests', words('requests'), ['76px', formatCount]),
    column('errors', words('errors'), ['64px', formatCount], { narrow: 'drop' }),
    column('inputTokens', words('input'), ['80px', formatCompact]),
    column('cachedInputTokens', words('cached'), ['80px', formatCompact], { narrow: 'drop' }),
    column('outputTokens', words('output'), ['80px', formatCompact]),
    column('speed', words('speed'), ['92px', formatRateValue], { unit: 'tok/s' }),
    column('firstTokenMs', words('firstToken'), ['112px', seconds], { unit: 's', narrow: 'drop' }),
    ...(isKnown('energyJoules')
      ? [column('energyJoules', words('energy'), ['84px', wattHours], { unit: 'Wh' })]
      : []),
    ...(isKnown('cost')
      ? [column('cost', words('cost'), ['100px', money(currency)], { narrow: 'drop' })]
      : []),
  ];
}
