import type { JSX, ReactNode } from 'react';
import { foreignText } from '../../shared/foreign-name.ts';
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
      {typeof children === 'string' ? foreignText(children) : children}
    </span>
  );
}
