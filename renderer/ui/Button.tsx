import type { JSX, ReactNode } from 'react';
import css from './Button.module.css';

/** A button; `plain` is for a small action inside text, without `onClick` it sends its form. */
export function Button({
  onClick,
  children,
  plain = false,
  disabled = false,
}: {
  readonly onClick?: () => void;
  readonly children: ReactNode;
  readonly plain?: boolean;
  readonly disabled?: boolean;
}): JSX.Element {
  return (
    <button
      type={onClick === undefined ? 'submit' : 'button'}
      className={css[plain ? 'plain' : 'button']}
      onClick={onClick}
      disabled={disabled}
    >
      {children}
    </button>
  );
}
