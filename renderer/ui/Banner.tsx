import type { JSX, ReactNode } from 'react';
import css from './Banner.module.css';

/** One line across the page that the user should read, with what they can do about it. */
export function Banner({
  tone = 'plain',
  action,
  children,
}: {
  readonly tone?: 'plain' | 'warn' | 'bad';
  readonly action?: ReactNode;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <div className={`${css.banner ?? ''} ${css[tone] ?? ''}`}>
      <p className={css.text}>{children}</p>
      {action}
    </div>
  );
}
