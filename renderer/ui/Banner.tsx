import type { JSX, ReactNode } from 'react';
import css from './Banner.module.css';

export type BannerTone = 'plain' | 'info' | 'warn' | 'bad';

/** A circle, a triangle, an octagon: the shape repeats the meaning of the colour. */
const MARKS: Record<Exclude<BannerTone, 'plain'>, readonly [outline: string, sign: string]> = {
  info: ['M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 0 0 0-12.5z', 'M8 7.25v3.75M8 5v.01'],
  warn: ['M8 2.1 14.6 13.5H1.4z', 'M8 6.4v3.2M8 11.5v.01'],
  bad: ['M5.45 1.85h5.1l3.6 3.6v5.1l-3.6 3.6h-5.1l-3.6-3.6v-5.1z', 'M8 4.75v3.75M8 11v.01'],
};

/** A line across the page with a message and, if possible, an action. */
export function Banner({
  tone = 'plain',
  action,
  children,
}: {
  readonly tone?: BannerTone;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <div className={`${css.banner ?? ''} ${css[tone] ?? ''}`}>
      {tone !== 'plain' && <Mark tone={tone} />}
      <div className={css.line}>
        <p className={css.text}>{children}</p>
        {action}
      </div>
    </div>
  );
}

function Mark({ tone }: { readonly tone: keyof typeof MARKS }): JSX.Element {
  const [outline, sign] = MARKS[tone];
  return (
    <svg className={css.mark} viewBox="0 0 16 16" aria-hidden="true">
      <path className={css.outline} d={outline} />
      <path className={css.sign} d={sign} />
    </svg>
  );
}
