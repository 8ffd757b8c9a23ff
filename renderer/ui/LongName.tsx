import type { JSX } from 'react';
import css from './LongName.module.css';
import { splitName } from './split-name.ts';

/** A name that is cut in its middle where it does not fit; the whole of it is in the title. */
export function LongName({ children: name }: { readonly children: string }): JSX.Element {
  const [start, end] = splitName(name);
  return (
    <span className={css.name} title={name}>
      <span className={css.start}>{start}</span>
      {end !== '' && <span className={css.end}>{end}</span>}
    </span>
  );
}
