import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { LongName } from '../../ui/LongName.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { formatChange, relativeChange } from '../../../shared/relative-change.ts';
import { FIGURE_NAMES, figuresOf } from './figures.ts';
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
  const figures = [figuresOf(first.row), figuresOf(second.row)] as const;
  return (
    <table className={css.comparison}>
      <caption>
        <VisuallyHidden>{text('caption')}</VisuallyHidden>
      </caption>
      <thead>
        <tr>
          <td />
          <ModelHead answer={first} />
          <ModelHead answer={second} />
          <th scope="col">{text('difference')}</th>
        </tr>
      </thead>
      <tbody>
        {FIGURE_NAMES.map((name) => (
          <tr key={name} data-figure={name}>
            <th scope="row">{text(name)}</th>
            <td data-value={figures[0][name].value}>{figures[0][name].text}</td>
            <td data-value={figures[1][name].value}>{figures[1][name].text}</td>
            <td>{formatChange(relativeChange(figures[0][name].value, figures[1][name].value))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ModelHead({ answer: { choice } }: { readonly answer: Answer }): JSX.Element {
  const { model, upstream } = choice;
  return (
    <th scope="col">
      <LongName>{upstream === null ? model : `${model} · ${upstream}`}</LongName>
    </th>
  );
}
