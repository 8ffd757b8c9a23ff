import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { formatChange, relativeChange } from '../../../shared/relative-change.ts';
import { FIGURE_NAMES, figuresOf } from './figures.ts';
import type { FigureName } from './figures.ts';
import type { Answer } from './types.ts';
import css from './Figures.module.css';

/** The figures of one answer, beside it. Their places are there before they are known. */
export function Figures({ answer: { row, choice } }: { readonly answer: Answer }): JSX.Element {
  const text = useTranslations('playground.figures');
  const figures = figuresOf(row);
  return (
    <dl className={css.figures} aria-label={text('label', { model: choice.model })}>
      {FIGURE_NAMES.map((name) => (
        <div key={name} className={css.figure}>
          <dt>{text(name)}</dt>
          <dd data-figure={name} data-value={figures[name].value}>
            {figures[name].text}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The figures of two answers beside each other, and by how much the second differs. */
export function Comparison({
  first,
  second,
}: {
  readonly first: Answer;
  readonly second: Answer;
}): JSX.Element {
  const text = useTranslations('playground.figures');
  const columns: readonly Column<FigureName>[] = [
    { key: 'figure', head: text('figure'), width: '104px', narrow: 'lead', cell: (it) => text(it) },
    figureColumn('first', first),
    figureColumn('second', second),
    {
      key: 'difference',
      head: text('difference'),
      width: '96px',
      numeric: true,
      narrow: 'keep',
      cell: (name) => differenceOf(first, second, name),
    },
  ];
  return (
    <div className={css.comparison}>
      <Table
        caption={text('caption')}
        columns={columns}
        rows={FIGURE_NAMES}
        rowKey={(name) => name}
        rowAttributes={(name) => ({ 'data-figure': name })}
      />
    </div>
  );
}

function figureColumn(key: string, { row, choice }: Answer): Column<FigureName> {
  const figures = figuresOf(row);
  return {
    key,
    head: choice.upstream === null ? choice.model : `${choice.model} · ${choice.upstream}`,
    width: '140px',
    numeric: true,
    narrow: 'keep',
    cell: (name) => figures[name].text,
    value: (name) => figures[name].value,
  };
}

function differenceOf(first: Answer, second: Answer, name: FigureName): string {
  const base = figuresOf(first.row)[name].value;
  return formatChange(relativeChange(base, figuresOf(second.row)[name].value));
}
