import type { JSX, ReactNode } from 'react';
import { foreignText } from '../../shared/foreign-name.ts';
import css from './Button.module.css';

/**
 * A button. `plain` is for a small action inside text. Without `onClick` it submits its form. While
 * disabled it keeps the focus, which would otherwise jump to the top of the page.
 */
export function Button({
  onClick,
  children,
  plain = false,
  disabled = false,
  focused = false,
  label,
}: {
  readonly onClick?: () => void;
  readonly children: ReactNode;
  readonly plain?: boolean;
  readonly disabled?: boolean;
  /** Gets the focus when it appears. */
  readonly focused?: boolean;
  /** The name for screen readers where the text needs its surroundings. */
  readonly label?: string;
}): JSX.Element {
  return (
    <button
      type={onClick === undefined ? 'submit' : 'button'}
      className={css[plain ? 'plain' : 'button']}
      onClick={(event) => {
        // In a form, the Enter key in a field also triggers this.
        if (disabled) event.preventDefault();
        else onClick?.();
      }}
      aria-label={label === undefined ? undefined : foreignText(label)}
      aria-disabled={disabled || undefined}
      autoFocus={focused}
    >
      {children}
    </button>
  );
}
