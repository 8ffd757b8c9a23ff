import type { JSX, ReactNode } from 'react';
import css from './Note.module.css';

/** A sentence in place of figures, or with `footnote` a small one below them. */
export function Note({
  children,
  footnote = false,
}: {
  readonly children: ReactNode;
  readonly footnote?: boolean;
}): JSX.Element {
  return <p className={css[footnote ? 'footnote' : 'note']}>{children}</p>;
}
