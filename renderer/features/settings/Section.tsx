import { useEffect, useId, useRef } from 'react';
import type { JSX, ReactNode } from 'react';
import { usePart } from '../../state/address.ts';
import css from './settings.module.css';

/** One section of the settings: its name next to its content. */
export function Section({
  title,
  name,
  note,
  children,
}: {
  readonly title: string;
  /** The section's name in addresses. An address with this name scrolls to it. */
  readonly name?: string;
  /** A sentence under the name. */
  readonly note?: ReactNode;
  readonly children: ReactNode;
}): JSX.Element {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const isMeant = usePart() === (name ?? id);
  useEffect(() => {
    if (!isMeant) return;
    // Moves the focus too, so that the keyboard and screen readers continue from here.
    heading.current?.focus({ preventScroll: true });
    heading.current?.closest('section')?.scrollIntoView({ block: 'start' });
  }, [isMeant]);
  return (
    <section className={css.section} aria-labelledby={id}>
      <div className={css.head}>
        <h3 id={id} ref={heading} tabIndex={-1} className={css.title}>
          {title}
        </h3>
        {note !== undefined && <p className={css.note}>{note}</p>}
      </div>
      <div className={css.body}>{children}</div>
    </section>
  );
}

/** A list of names and values. Its children are {@link Fact}s. */
export function Facts({ children }: { readonly children: ReactNode }): JSX.Element {
  return <dl className={css.facts}>{children}</dl>;
}

export function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <div className={css.fact}>
      <dt className={css.factName}>{name}</dt>
      <dd className={css.factValue}>{children}</dd>
    </div>
  );
}
