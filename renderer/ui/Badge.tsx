import type { JSX } from 'react';
import css from './Badge.module.css';

/** A state in one word. The mark's shape and the word repeat the meaning of the colour. */
export function Badge({
  tone,
  solid = true,
  children,
}: {
  readonly tone: 'neutral' | 'output' | 'good' | 'bad';
  readonly solid?: boolean;
  readonly children: string;
}): JSX.Element {
  return (
    <span className={[css.badge, css[tone], solid ? css.solid : ''].join(' ')}>
      <span className={css.mark} aria-hidden="true" />
      {children}
    </span>
  );
}
