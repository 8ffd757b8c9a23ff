import { useId } from 'react';
import type { JSX, ReactNode } from 'react';
import { foreignText } from '../../shared/foreign-name.ts';
import css from './Panel.module.css';

/** A titled section. `aside` is shown to the right of the title. */
export function Panel({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}): JSX.Element {
  const id = useId();
  return (
    <section className={css.panel} aria-labelledby={id}>
      <div className={css.head}>
        <h2 className={css.title} id={id}>
          {foreignText(title)}
        </h2>
        {aside !== undefined && aside !== false && <div className={css.aside}>{aside}</div>}
      </div>
      {children}
    </section>
  );
}
