import { useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { HiddenTable } from '../card/HiddenTable.tsx';
import { Label } from '../Label.tsx';
import { textWidth } from '../text.ts';
import { useWidth } from '../use-width.ts';
import { Callout } from './Callout.tsx';
import { Frame } from './Frame.tsx';
import { IndexSlider } from './IndexSlider.tsx';

export interface HeatMapRow {
  readonly label: string;
  /** One value for each column; null is unknown, 0 is a quiet hour. */
  readonly values: readonly (number | null)[];
}

export interface HeatMapProps {
  readonly rows: readonly HeatMapRow[];
  /** The names of the columns: 24 hours. */
  readonly columns: readonly string[];
  /** Every which column has its name shown. */
  readonly columnStep?: number | undefined;
  /** Name of the map and caption of the table behind it. */
  readonly label: string;
  /** The heading of the rows' names in the table. */
  readonly rowHeading: string;
  readonly format: (value: number | null) => string;
  /** A cell in words: `Mon 14:00: 12.3k tokens`. */
  readonly describe: (row: HeatMapRow, column: number) => string;
  /** The names of both ends of the key: `0`, `182k tokens`. */
  readonly scaleLabels: readonly [string, string];
  readonly noData?: ReactNode;
}

const LABEL_GAP = 8;
const RIGHT = 8;
const TOP = 16;
const CELL = 17;
const GAP = 1.5;
const KEY_HEIGHT = 24;
/** Steps of the colour; the weakest still differs from zero. */
const LEVELS = [0.14, 0.32, 0.52, 0.75, 1];

/** Use by day and hour in five steps of one colour. */
export function HeatMap(props: HeatMapProps): JSX.Element {
  const { rows, columns, label, describe, noData } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const [index, setIndex] = useState<number | null>(null);
  const left = LABEL_GAP + Math.max(0, ...rows.map((row) => textWidth(row.label)));
  const wide = Math.max(1, (width - left - RIGHT) / columns.length);
  const height = TOP + rows.length * CELL + KEY_HEIGHT;
  const words = (at: number): string => {
    const row = rows[Math.floor(at / columns.length)];
    return row === undefined ? '' : describe(row, at % columns.length);
  };
  const place = index === null ? null : placeOf(index, columns.length, { left, wide });
  return (
    <>
      <Frame
        {...{ frame, width, height, noData }}
        isEmpty={rows.every(({ values }) => values.every((value) => value === null))}
        picture={<Picture {...props} {...{ left, wide, place, height, right: width - RIGHT }} />}
      >
        <IndexSlider
          {...{ label, index, onIndex: setIndex, count: rows.length * columns.length }}
          {...{ describe: words, perRow: columns.length }}
          indexAt={(x, y) => indexOf(x / wide, y / CELL, rows.length, columns.length)}
          box={{ left, top: TOP, width: wide * columns.length, height: rows.length * CELL }}
        />
        {place !== null && index !== null && (
          <Callout {...{ x: place.x + wide / 2, y: place.y, width }} lines={[words(index)]} />
        )}
      </Frame>
      <HiddenTable caption={label} table={tableOf(props)} />
    </>
  );
}

/** Where the cells begin and the width of one, pixels. */
interface Columns {
  readonly left: number;
  readonly wide: number;
}

type PictureProps = HeatMapProps &
  Columns & {
    readonly height: number;
    readonly right: number;
    /** The cell that is pointed at. */
    readonly place: { readonly x: number; readonly y: number } | null;
  };

function Picture(props: PictureProps): JSX.Element {
  const { wide, place, height, right, scaleLabels } = props;
  return (
    <>
      <Cells {...props} />
      {place !== null && (
        <rect
          {...{ x: place.x, y: place.y, width: wide - GAP, height: CELL - GAP }}
          {...{ fill: 'none', stroke: 'var(--ink)', strokeWidth: 1.5 }}
        />
      )}
      <Key labels={scaleLabels} right={right} y={height - 8} />
    </>
  );
}

function indexOf(column: number, row: number, rows: number, columns: number): number | null {
  if (column < 0 || row < 0) return null;
  const last = Math.min(columns - 1, Math.floor(column));
  return Math.min(rows - 1, Math.floor(row)) * columns + last;
}

function placeOf(index: number, perRow: number, { left, wide }: Columns): { x: number; y: number } {
  return { x: left + (index % perRow) * wide, y: TOP + Math.floor(index / perRow) * CELL };
}

function tableOf({ rowHeading, columns, rows, format }: HeatMapProps): {
  columns: string[];
  rows: string[][];
} {
  return {
    columns: [rowHeading, ...columns],
    rows: rows.map(({ label, values }) => [label, ...values.map(format)]),
  };
}

function Cells({ rows, columns, columnStep = 6, left, wide }: HeatMapProps & Columns): JSX.Element {
  const most = rows.reduce(
    (top, { values }) => values.reduce<number>((high, value) => Math.max(high, value ?? 0), top),
    0,
  );
  return (
    <>
      {columns.map((name, column) =>
        column % columnStep === 0 ? (
          <Label key={name} x={left + column * wide} y={7} text={name} />
        ) : null,
      )}
      {rows.map(({ label, values }, row) => (
        <g key={label}>
          <Label
            x={left - LABEL_GAP}
            y={TOP + (row + 0.5) * CELL - GAP / 2}
            anchor="end"
            text={label}
          />
          {values.map((value, column) => (
            <rect
              key={columns[column]}
              {...{ x: left + column * wide, y: TOP + row * CELL }}
              {...{ width: Math.max(1, wide - GAP), height: CELL - GAP, rx: 1 }}
              {...shade(value, most)}
            />
          ))}
        </g>
      ))}
    </>
  );
}

/** Unknown is only an outline; zero is the paper's darker tone. */
function shade(value: number | null, most: number): Record<string, string | number> {
  if (value === null) return { fill: 'none', stroke: 'var(--rule)' };
  if (value <= 0) return { fill: 'var(--surface-sunken)' };
  const level = Math.min(LEVELS.length - 1, Math.floor((value / most) * LEVELS.length));
  return { fill: 'var(--output)', fillOpacity: LEVELS[level] ?? 1 };
}

function Key({
  labels: [low, high],
  right,
  y,
}: {
  readonly labels: readonly [string, string];
  readonly right: number;
  readonly y: number;
}): JSX.Element {
  const size = 10;
  const steps = [null, ...LEVELS];
  const left = right - textWidth(high) - 8 - steps.length * size;
  return (
    <>
      <Label x={left - 6} y={y} anchor="end" text={low} />
      {steps.map((level, index) => (
        <rect
          key={index}
          {...{ x: left + index * size, y: y - 5, width: size - GAP, height: size, rx: 1 }}
          {...(level === null
            ? { fill: 'var(--surface-sunken)' }
            : { fill: 'var(--output)', fillOpacity: level })}
        />
      ))}
      <Label x={right} y={y} anchor="end" text={high} />
    </>
  );
}
