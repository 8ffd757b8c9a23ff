import { spread } from '../axes/spread.ts';
import { fitText, textWidth } from '../text.ts';

/** Constant, so that changing figures never move the plot. Pixels, as all sizes here. */
export const VALUE_AXIS_WIDTH = 46;
export const TIME_AXIS_HEIGHT = 20;
/** For the upper half of the top tick's label. */
const TOP = 7;
/** For the lower half of the zero's label if there is no time axis. */
const BARE_BOTTOM = 7;
const RIGHT = 8;
const LEGEND_ROW = 18;
const LEGEND_GAP = 14;
export const SWATCH = 10;
/** From the plot to a label beside it: room for the line that leads there. */
export const LEADER = 14;
const WIDEST_LABEL = 118;
/** Narrower charts have their labels in a row above. */
const LEAST_FOR_END_LABELS = 460;
const LABEL_GAP = 14;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface LegendItem {
  readonly key: string;
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly plot: Box;
  /** The names of the series: beside the ends of their lines, or in rows above. */
  readonly legend: 'ends' | 'rows' | 'none';
  /** Only for `rows`. */
  readonly items: readonly LegendItem[];
}

export interface LayoutInput {
  readonly width: number;
  /** Of the plot. */
  readonly plotHeight: number;
  readonly hasTimeLabels: boolean;
  readonly hasLegend: boolean;
  /** Of the labels beside the plot, so that plots below each other align; what they need by default. */
  readonly labelRoom?: number | undefined;
  readonly names: readonly { readonly key: string; readonly label: string }[];
}

/** Depends on the names of the series and on the width only, never on values. */
export function layOut(input: LayoutInput): Layout {
  const { width, plotHeight, hasTimeLabels, hasLegend, names } = input;
  const legend =
    !hasLegend || names.length === 0 ? 'none' : legendFor(width, plotHeight, names.length);
  const { items, rows } = legend === 'rows' ? legendRows(names, width) : { items: [], rows: 0 };
  const top = TOP + rows * LEGEND_ROW;
  return {
    ...{ width, legend, items },
    height: top + plotHeight + (hasTimeLabels ? TIME_AXIS_HEIGHT : BARE_BOTTOM),
    plot: {
      ...{ left: VALUE_AXIS_WIDTH, top, height: plotHeight },
      width: Math.max(1, width - VALUE_AXIS_WIDTH - rightOf(input, legend)),
    },
  };
}

function rightOf({ width, names, labelRoom }: LayoutInput, legend: Layout['legend']): number {
  if (labelRoom !== undefined && width >= LEAST_FOR_END_LABELS) return LEADER + labelRoom;
  if (legend !== 'ends') return RIGHT;
  const widest = Math.max(...names.map(({ label }) => textWidth(label)));
  return Math.ceil(LEADER + Math.min(WIDEST_LABEL, widest) + 4);
}

function legendFor(width: number, plotHeight: number, count: number): 'ends' | 'rows' {
  const fits = (count - 1) * LABEL_GAP <= plotHeight;
  return width >= LEAST_FOR_END_LABELS && fits ? 'ends' : 'rows';
}

function legendRows(
  names: LayoutInput['names'],
  width: number,
): { items: LegendItem[]; rows: number } {
  const items: LegendItem[] = [];
  let x = 0;
  let row = 0;
  for (const { key, label } of names) {
    const text = fitText(label, Math.max(40, width - SWATCH - 12));
    const wide = SWATCH + 6 + textWidth(text);
    if (x > 0 && x + wide > width) {
      x = 0;
      row += 1;
    }
    items.push({ key, text, x, y: row * LEGEND_ROW + 9 });
    x += wide + LEGEND_GAP;
  }
  return { items, rows: row + 1 };
}

/** The texts and heights of labels beside the plot, apart from each other. */
export function endLabels(
  wanted: readonly { readonly label: string; readonly y: number }[],
  { plot, width }: Layout,
): { text: string; y: number }[] {
  const places = spread(
    wanted.map(({ y }) => y),
    LABEL_GAP,
    plot.top,
    plot.top + plot.height,
  );
  const room = width - plot.left - plot.width - LEADER;
  return wanted.map(({ label }, index) => ({
    text: fitText(label, room),
    y: places[index] ?? plot.top,
  }));
}
