import type { JSX, ReactNode } from 'react';
import css from './VisuallyHidden.module.css';

/** Text for screen readers only. With `status`, changes are announced. */
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
