import type { JSX } from 'react';
import { splitAtDecimal } from './axes/decimal.ts';
import css from './figure.module.css';

/** A figure in two cells of a grid that meet at the decimal separator, so that figures below each other align. */
export function Figure({
  text,
  separator,
}: {
  readonly text: string;
  readonly separator: string;
}): JSX.Element {
  const [whole, rest] = splitAtDecimal(text, separator);
  return (
    <>
      <span className={css.whole}>{whole}</span>
      <span className={css.rest}>{rest}</span>
    </>
  );
}
