/** The six charts of the page, from one answer. */
import {
  formatCompact,
  formatCount,
  formatFigure,
  formatRateValue,
} from '../../../shared/format.ts';
import type { History, HistoryColumn, HistoryLine } from '../../../shared/history.ts';
import type { ChartSeries } from '../../charts/time/types.ts';
import type { TimeChartProps } from '../../charts/time/TimeChart.tsx';
import type { Ghost } from './ghost.ts';
import type { NamedLine } from './lines.ts';
import type { TokenSide } from './view.ts';

const MS_PER_SECOND = 1_000;
const JOULES_PER_WATT_HOUR = 3_600;

export const CHARTS = ['requests', 'tokens', 'speed', 'firstToken', 'errors', 'energy'] as const;
export type ChartName = (typeof CHARTS)[number] | 'power';
export type UnitName =
  'requests' | 'tokens' | 'errors' | 'rate' | 'seconds' | 'watts' | 'wattHours';

/** The names of series that are no names of groups. */
export interface SeriesWords {
  readonly output: string;
  readonly input: string;
  readonly mean: string;
  readonly least: string;
  readonly greatest: string;
  readonly requests: string;
  readonly errors: string;
  readonly energy: string;
}

export interface ChartInput {
  readonly history: History;
  readonly lines: readonly NamedLine[];
  readonly isGrouped: boolean;
  /** Requests are selected by a filter, to which the power of the GPUs does not belong. */
  readonly isFiltered: boolean;
  readonly tokens: TokenSide;
  /** Only drawn without groups. */
  readonly ghost: Ghost | null;
  readonly words: SeriesWords;
}

export interface ChartSpec extends Pick<TimeChartProps, 'series' | 'format' | 'scale'> {
  readonly name: ChartName;
  readonly unit: UnitName;
  readonly hasLegend: boolean;
}

/** The same six in the same order for every question. */
export function chartsOf(input: ChartInput): readonly ChartSpec[] {
  return [
    requests(input),
    input.isGrouped ? groupedTokens(input) : tokens(input),
    input.isGrouped ? medians(input, 'speed') : speed(input),
    input.isGrouped ? medians(input, 'firstToken') : firstToken(input),
    errors(input),
    input.isGrouped || input.isFiltered ? energy(input) : power(input),
  ];
}

function scaled(column: HistoryColumn, divisor: number): HistoryColumn {
  return column.map((value) => (value === null ? null : value / divisor));
}

function ghosted(
  { ghost }: ChartInput,
  column: (history: History) => HistoryColumn,
): Pick<ChartSeries, 'ghost'> {
  return ghost === null ? {} : { ghost: { label: ghost.label, values: ghost.place(column) } };
}

/** A bar a step: of each group, or of all with `own` as its style. */
function bars(
  input: ChartInput,
  column: (line: HistoryLine) => HistoryColumn,
  own: Pick<ChartSeries, 'label' | 'color'>,
): readonly ChartSeries[] {
  return input.lines.map(({ key, label, line }) => ({
    ...{ key, kind: 'bars', values: column(line) },
    ...(input.isGrouped
      ? { label }
      : { ...own, ...ghosted(input, (history) => column(history.total)) }),
  }));
}

function requests(input: ChartInput): ChartSpec {
  const { isGrouped, words } = input;
  return {
    ...{ name: 'requests', unit: 'requests', format: formatCount, hasLegend: isGrouped },
    scale: { wholeNumbers: true },
    series: bars(input, ({ requests: column }) => column, { label: words.requests }),
  };
}

function errors(input: ChartInput): ChartSpec {
  const { isGrouped, words } = input;
  const own = { label: words.errors, color: 'var(--bad)' };
  return {
    ...{ name: 'errors', unit: 'errors', format: formatCount, hasLegend: isGrouped },
    scale: { wholeNumbers: true, leastTop: 4 },
    series: bars(input, ({ errors: column }) => column, own),
  };
}

function tokens(input: ChartInput): ChartSpec {
  const { history, words } = input;
  const side = (key: TokenSide, of: (history: History) => HistoryColumn): ChartSeries => ({
    ...{ key, label: words[key], kind: 'bars', side: key === 'output' ? 'up' : 'down' },
    ...{ values: of(history), ...ghosted(input, of) },
  });
  return {
    ...{ name: 'tokens', unit: 'tokens', format: formatCompact, hasLegend: true },
    series: [
      side('output', ({ total }) => total.outputTokens),
      side('input', ({ total }) => total.inputTokens),
    ],
  };
}

function groupedTokens(input: ChartInput): ChartSpec {
  const isOutput = input.tokens === 'output';
  const column = (line: HistoryLine): HistoryColumn =>
    isOutput ? line.outputTokens : line.inputTokens;
  return {
    ...{ name: 'tokens', unit: 'tokens', format: formatCompact, hasLegend: true },
    series: bars(input, column, { label: '' }),
  };
}

function speed(input: ChartInput): ChartSpec {
  const { outputTokensPerSecond: column } = input.history.total;
  return {
    ...{ name: 'speed', unit: 'rate', format: formatRateValue, hasLegend: false },
    series: [
      {
        ...{ key: 'output', label: 'p50', values: column.p50 },
        band: { low: column.p5, high: column.p95, lowLabel: 'p5', highLabel: 'p95' },
        ...ghosted(input, ({ total }) => total.outputTokensPerSecond.p50),
      },
    ],
  };
}

function firstToken(input: ChartInput): ChartSpec {
  const series = (rank: 'p50' | 'p95', color: string): ChartSeries => {
    const column = ({ total }: History): HistoryColumn =>
      scaled(total.timeToFirstTokenMs[rank], MS_PER_SECOND);
    return {
      ...{ key: rank, label: rank, color, values: column(input.history) },
      ...(rank === 'p50' ? ghosted(input, column) : {}),
    };
  };
  return {
    ...{ name: 'firstToken', unit: 'seconds', format: formatFigure, hasLegend: true },
    series: [series('p95', 'var(--input)'), series('p50', 'var(--output)')],
  };
}

/** The median of each group. Their bands would hide each other. */
function medians({ lines }: ChartInput, name: 'speed' | 'firstToken'): ChartSpec {
  const isSpeed = name === 'speed';
  return {
    ...{ name, unit: isSpeed ? 'rate' : 'seconds', hasLegend: true },
    format: isSpeed ? formatRateValue : formatFigure,
    series: lines.map(({ key, label, line }) => ({
      ...{ key, label },
      values: isSpeed
        ? line.outputTokensPerSecond.p50
        : scaled(line.timeToFirstTokenMs.p50, MS_PER_SECOND),
    })),
  };
}

function power(input: ChartInput): ChartSpec {
  const { min, mean, max } = input.history.gpu.powerW;
  const { words } = input;
  return {
    ...{ name: 'power', unit: 'watts', format: formatFigure, hasLegend: false },
    series: [
      {
        ...{ key: 'power', label: words.mean, color: 'var(--series-2)', values: mean },
        band: { low: min, high: max, lowLabel: words.least, highLabel: words.greatest },
        ...ghosted(input, ({ gpu }) => gpu.powerW.mean),
      },
    ],
  };
}

function energy(input: ChartInput): ChartSpec {
  const column = (line: HistoryLine): HistoryColumn =>
    scaled(line.energyJoules, JOULES_PER_WATT_HOUR);
  return {
    ...{ name: 'energy', unit: 'wattHours', format: formatFigure, hasLegend: input.isGrouped },
    series: bars(input, column, { label: input.words.energy, color: 'var(--series-2)' }),
  };
}
