import type { JSX } from 'react';
import { foreignName } from '../../shared/foreign-name.ts';
import css from './LongName.module.css';
import { splitName } from './split-name.ts';

/**
 * A name that is cut in its middle where it does not fit. The whole of it is in the title, and it is what
 * screen readers read and a selection copies: the two drawn parts are no text.
 */
export function LongName({ children: name }: { readonly children: string }): JSX.Element {
  const shown = foreignName(name);
  const [start, end] = splitName(shown);
  if (end === '') {
    return (
      <span className={css.name} title={shown}>
        <span className={css.start}>{shown}</span>
      </span>
    );
  }
  return (
    <span className={css.name} title={shown}>
      <span className={css.whole}>{shown}</span>
      <span className={`${css.start ?? ''} ${css.drawn ?? ''}`} data-part={start} aria-hidden />
      <span className={`${css.end ?? ''} ${css.drawn ?? ''}`} data-part={end} aria-hidden />
    </span>
  );
}
