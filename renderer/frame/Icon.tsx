import type { JSX } from 'react';
import css from './Icon.module.css';

/** A line icon in a box of 16 × 16. The text beside it names it. */
export function Icon({ path }: { readonly path: string }): JSX.Element {
  return (
    <svg className={css.icon} viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
