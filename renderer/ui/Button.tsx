import type { JSX, ReactNode } from 'react';
import css from './Button.module.css';

/**
 * A button; `plain` is for a small action inside text, without `onClick` it sends its form. While it
 * is disabled it keeps the focus, which would be lost to the top of the page.
 */
export function Button({
  onClick,
  children,
  plain = false,
  disabled = false,
  focused = false,
}: {
  readonly onClick?: () => void;
  readonly children: ReactNode;
  readonly plain?: boolean;
  readonly disabled?: boolean;
  /** Takes the focus when it appears. */
  readonly focused?: boolean;
}): JSX.Element {
  return (
    <button
      type={onClick === undefined ? 'submit' : 'button'}
      className={css[plain ? 'plain' : 'button']}
      onClick={(event) => {
        // For a form's button this is also what the enter key in a field leads to.
        if (disabled) event.preventDefault();
        else onClick?.();
      }}
      aria-disabled={disabled || undefined}
      autoFocus={focused}
    >
      {children}
    </button>
  );
}
