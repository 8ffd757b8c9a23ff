import type { JSX, ReactNode } from 'react';
import css from './Toolbar.module.css';

/** The line above a page's content: its range, filters, search, and actions at the end. */
export function Toolbar({
  children,
  end,
}: {
  readonly children: ReactNode;
  readonly end?: ReactNode;
}): JSX.Element {
  return (
    <div className={css.toolbar}>
      {children}
      {end !== undefined && <div className={css.end}>{end}</div>}
    </div>
  );
}
