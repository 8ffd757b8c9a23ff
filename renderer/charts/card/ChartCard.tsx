import { useId, useMemo, useRef } from 'react';
import type { JSX, ReactNode, RefObject } from 'react';
import { fileName, thinRows, toCsv } from '../export/csv.ts';
import type { ChartTable } from '../export/csv.ts';
import { toPng } from '../export/png.ts';
import { useChartKit } from '../kit.tsx';
import { useAtMost } from '../use-at-most.ts';
import { useWhenIdle } from '../use-when-idle.ts';
import css from './card.module.css';
import { CardMenu } from './CardMenu.tsx';
import { HiddenTable } from './HiddenTable.tsx';

export interface ChartCardProps {
  readonly title: string;
  /** What the title is called beside others of its kind, such as with the device; the title by default. */
  readonly fullTitle?: string | undefined;
  /** Of all charts of the card; shown once, beside the title. */
  readonly unit?: string | undefined;
  /** At the right of the title: a figure or a control. */
  readonly aside?: ReactNode;
  /** The data: `data` with raw numbers for CSV, `words` formatted for screen readers. */
  readonly table?: ((form: 'data' | 'words') => ChartTable) | undefined;
  /** Of the title in the outline of the page; 3 by default. */
  readonly level?: 2 | 3 | 4 | undefined;
  /** Further entries of the menu: `MenuItem`s. */
  readonly menu?: ReactNode;
  readonly children: ReactNode;
}

const MOST_ROWS = 60;
/** A hidden table of a live chart changes rarely, because nobody can read 60 rows a second. */
const TABLE_INTERVAL_MS = 10_000;
const CSV_TYPE = 'text/csv;charset=utf-8';

/** A chart with its title, a menu that exports it, and its data as a table for screen readers. */
export function ChartCard(props: ChartCardProps): JSX.Element {
  const { title, fullTitle = title, unit, aside, table, menu, level = 3, children } = props;
  const Heading = `h${level}` as const;
  const { labels } = useChartKit();
  // Hundreds of cells that nobody sees would come before the picture.
  const isIdle = useWhenIdle();
  const body = useRef<HTMLDivElement>(null);
  const id = useId();
  return (
    <section className={css.card} aria-labelledby={id}>
      <div className={css.head}>
        <Heading className={css.title} id={id} aria-label={fullTitle} data-in-picture="">
          {title}
        </Heading>
        {unit !== undefined && (
          <span className={css.unit} data-in-picture="">
            {unit}
          </span>
        )}
        {aside !== undefined && <div className={css.aside}>{aside}</div>}
        <CardMenu label={labels.menu(fullTitle)}>
          <Exports {...{ title: fullTitle, unit, table, body }} />
          {menu}
        </CardMenu>
      </div>
      <div ref={body}>{children}</div>
      {table !== undefined && isIdle && <Data title={fullTitle} table={table} />}
    </section>
  );
}

/** An entry of a card's menu. */
export function MenuItem({
  onChoose,
  children,
}: {
  readonly onChoose: () => void;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <button type="button" className={css.item} onClick={onChoose}>
      {children}
    </button>
  );
}

function Exports({
  title,
  unit,
  table,
  body,
}: Pick<ChartCardProps, 'title' | 'unit' | 'table'> & {
  readonly body: RefObject<HTMLDivElement | null>;
}): JSX.Element {
  const { labels, save } = useChartKit();
  const savePng = async (): Promise<void> => {
    if (body.current === null) return;
    const heading = unit === undefined ? title : `${title}, ${unit}`;
    save(fileName(title, 'png'), await toPng(body.current, heading));
  };
  return (
    <>
      <MenuItem onChoose={() => void savePng()}>{labels.exportPng}</MenuItem>
      {table !== undefined && (
        <MenuItem
          onChoose={() =>
            save(fileName(title, 'csv'), new Blob([toCsv(table('data'))], { type: CSV_TYPE }))
          }
        >
          {labels.exportCsv}
        </MenuItem>
      )}
    </>
  );
}

function Data({ title, table }: Required<Pick<ChartCardProps, 'title' | 'table'>>): JSX.Element {
  const { labels } = useChartKit();
  const shown = useAtMost(table, TABLE_INTERVAL_MS);
  const { columns, rows } = useMemo(() => shown?.('words') ?? { columns: [], rows: [] }, [shown]);
  const thinned = thinRows(rows, MOST_ROWS);
  return (
    <HiddenTable
      caption={labels.tableCaption(title, thinned.length, rows.length)}
      table={{ columns, rows: thinned }}
    />
  );
}
