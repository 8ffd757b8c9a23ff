import type { JSX, ReactNode } from 'react';
import css from './EmptyState.module.css';

/** Says in one sentence why there is nothing, and offers what fills it. */
export function EmptyState({
  children,
  action,
}: {
  readonly children: ReactNode;
  readonly action?: ReactNode;
}): JSX.Element {
  return (
    <div className={css.empty}>
      <p>{children}</p>
      {action}
    </div>
  );
}
