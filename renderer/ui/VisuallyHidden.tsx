import type { JSX, ReactNode } from 'react';
import css from './VisuallyHidden.module.css';

/** Text for a screen reader alone; with `status` it is announced when it changes. */
export function VisuallyHidden({
  children,
  status = false,
}: {
  readonly children: ReactNode;
  readonly status?: boolean;
}): JSX.Element {
  return (
    <span className={css.hidden} role={status ? 'status' : undefined}>
      {children}
    </span>
  );
}
