import type { JSX, ReactNode } from 'react';
import css from './Button.module.css';

/** A button; `plain` is for a small action inside text. */
export function Button({
  onClick,
  children,
  plain = false,
}: {
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly plain?: boolean;
}): JSX.Element {
  return (
    <button type="button" className={css[plain ? 'plain' : 'button']} onClick={onClick}>
      {children}
    </button>
  );
}
